import type * as tf from '@tensorflow/tfjs';
import type {NamedFlopsLayer} from '../flops/flopsLedger.ts';
import {type ForwardFlops, forwardFlops} from '../flops/forwardFlops.ts';
import {type ParameterBytes, parameterBytes} from '../flops/parameterBytes.ts';
import {sizeOf} from '../topology/positions.ts';
import {formatTable} from './formatTable.ts';
import {kindOf} from './kinds/kindOf.ts';
import {leafUses} from './leafUses.ts';
import {ensureBuilt} from './rebuildModel.ts';
import {isSparseLayer} from './sparseLayer.ts';
import {sparseWeights} from './sparseWeights.ts';
import {walkLayers} from './walkLayers.ts';

/** A kernel in a {@link FlopsReport}. */
export interface LayerKernel extends NamedFlopsLayer {
  /** Whether the kernel is held sparse, also where it has all connections. */
  readonly isSparse: boolean;
}

/** A layer in a {@link FlopsReport}. */
export interface LayerFlops extends LayerKernel, ForwardFlops {}

/** What a forward pass and the parameters of a model cost; prints as a table. */
export interface FlopsReport extends ForwardFlops {
  /** The layers whose products are counted, in the order of the model. */
  readonly layers: readonly LayerFlops[];
  /** These and the others whose kernels are known, with 0 positions where they are not. */
  readonly kernels: readonly LayerKernel[];
  /** Layers with kernels that are not counted, and why. */
  readonly notCounted: readonly {readonly name: string; readonly reason: string}[];
  /** Bytes of all float32 weights, statistics of normalisation and companions of connections included. */
  readonly bytes: ParameterBytes;
  toString(): string;
}

/**
 * Counts what a forward pass of one sample costs, with the connections that a model has now and with all of them, and the bytes of
 * its parameters.
 *
 * Counted are the products of dense layers and convolutions, sparse or not, in nested models and over time too, each as often as
 * the model uses it; see {@link forwardFlops} for the rules. Embeddings are looked up and cost nothing.
 *
 * @throws Error if the model does not know its input
 *
 * @example
 * console.log(String(flopsReport(model)));
 */
export function flopsReport(model: tf.LayersModel): FlopsReport {
  ensureBuilt('flopsReport', model);
  const topologies = new Map(sparseWeights(model).map(({name, weight}) => [name, weight.topology]));
  const uses = leafUses(model);
  const kernels: LayerKernel[] = [];
  const notCounted: {name: string; reason: string}[] = [];
  let stored = 0;
  for (const {layer, path, isLeaf} of walkLayers(model)) {
    if (!isLeaf) continue;
    const weights = float32Shapes(layer);
    stored += storedNumbers(layer);
    const kind = kindOf(layer);
    const topology = topologies.get(path);
    const shape = topology?.shape ?? weights[0];
    const positionsOf = kind?.positionsOf;
    const calls = uses.get(layer) ?? [];
    const positions = positionsOf && calls.reduce((sum, {times, call}) => sum + times * positionsOf(shape, call), 0);
    const hasKernel = topology || (weights.some(({length}) => length > 1) && !kind?.isLookup);
    if (positions === undefined && hasKernel) {
      notCounted.push({name: path, reason: `the class ${layer.getClassName()}`});
    } else if (Number.isNaN(positions)) {
      notCounted.push({name: path, reason: 'a dimension besides the batch is unknown'});
    }
    if (topology || positions !== undefined) {
      const nnz = topology?.nnz ?? sizeOf(shape);
      kernels.push({name: path, shape, nnz, positions: positions || 0, isSparse: topology !== undefined});
    }
  }
  const layers = kernels
    .filter(({positions}) => positions > 0)
    .map((kernel): LayerFlops => ({...kernel, ...forwardFlops([kernel])}));
  const total = forwardFlops(layers);
  const others = stored - kernels.reduce((sum, {nnz}) => sum + nnz, 0);
  const bytes = parameterBytes(kernels, others);
  return {...total, layers, kernels, notCounted, bytes, toString: () => table(layers, total)};
}

/** Numbers that a layer keeps as float32, companions of its connections included. */
export function storedNumbers(layer: tf.layers.Layer): number {
  const companions = isSparseLayer(layer) ? [...layer.sparseWeight.companions.values()] : [];
  return trainedNumbers(layer) + companions.reduce((sum, {numbers}) => sum + numbers.length, 0);
}

/** Those that TensorFlow.js counts: values, biases, statistics of normalisation. */
export function trainedNumbers(layer: tf.layers.Layer): number {
  return float32Shapes(layer).reduce((sum, shape) => sum + sizeOf(shape), 0);
}

/** Of its weights as TensorFlow.js counts them; companions have none. */
function float32Shapes(layer: tf.layers.Layer): (readonly number[])[] {
  return layer.weights.filter(({dtype}) => dtype === 'float32').map(({shape}) => shape as number[]);
}

function table(layers: readonly LayerFlops[], total: ForwardFlops): string {
  return formatTable(
    ['layer', 'kernel', 'connections', 'positions', 'FLOPs', 'dense FLOPs', ''],
    [
      ...layers.map(({name, shape, nnz, positions, sparse, dense}) => [
        name,
        shape.join('×'),
        String(nnz),
        String(positions),
        String(sparse),
        String(dense),
        '',
      ]),
      ['all', '', '', '', String(total.sparse), String(total.dense), ''],
    ],
  );
}
