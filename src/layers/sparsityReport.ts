import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../topology/positions.ts';
import {formatTable} from './formatTable.ts';
import {sparseWeights} from './sparseWeights.ts';
import {walkLayers} from './walkLayers.ts';

/** One layer with weights in a {@link SparsityReport}. */
export interface LayerSparsity {
  /** The layer's name, with the names of the models around it where it is nested. */
  readonly name: string;
  /** Name of the class of the layer. */
  readonly className: string;
  /** Dense shape of its first weight, the kernel where it has one. */
  readonly shape: readonly number[];
  /** Active connections of the kernel; all of them in a dense layer. */
  readonly nnz: number;
  /** Connections of the kernel. */
  readonly size: number;
  /** nnz / size. */
  readonly density: number;
  /** Whether the kernel is held sparse. */
  readonly isSparse: boolean;
  /** Why the layer is dense; '' for a sparse one. */
  readonly reason: string;
}

/** What of a model is sparse, layer by layer; prints as a table. */
export interface SparsityReport {
  /** The layers with weights, in the order of the model. */
  readonly layers: readonly LayerSparsity[];
  /** Active over all connections of the sparse layers. */
  readonly density: number;
  /** Numbers that the model trains and stores: active connections, biases and the weights of dense layers. */
  readonly parameters: number;
  /** What it would be if every layer were dense. */
  readonly denseParameters: number;
  /** As a table. */
  toString(): string;
}

const reasonsOf = new WeakMap<tf.LayersModel, ReadonlyMap<string, string>>();

/** Keeps, for the report, why layers of a model were left dense. */
export function rememberReasons(model: tf.LayersModel, reasons: ReadonlyMap<string, string>): void {
  reasonsOf.set(model, reasons);
}

/**
 * Tells which layers of a model are sparse, how much, and why the others are not.
 *
 * @example
 * console.log(String(sparsityReport(model)));
 */
export function sparsityReport(model: tf.LayersModel): SparsityReport {
  const sparse = new Map(sparseWeights(model).map(({name, weight}) => [name, weight.topology]));
  const reasons = reasonsOf.get(model);
  const layers: LayerSparsity[] = [];
  let parameters = 0;
  let denseParameters = 0;
  for (const {layer, path, isLeaf} of walkLayers(model)) {
    if (!isLeaf || layer.weights.length === 0) continue;
    const topology = sparse.get(path);
    const shape = topology?.shape ?? (layer.weights[0].shape as number[]);
    const size = sizeOf(shape);
    const nnz = topology?.nnz ?? size;
    layers.push({
      name: path,
      className: layer.getClassName(),
      shape,
      nnz,
      size,
      density: nnz / size,
      isSparse: topology !== undefined,
      reason: topology ? '' : (reasons?.get(path) ?? 'a dense layer'),
    });
    const stored = layer.weights
      .filter((weight) => weight.dtype === 'float32')
      .reduce((sum, weight) => sum + sizeOf(weight.shape as number[]), 0);
    parameters += stored;
    denseParameters += stored + size - nnz;
  }
  const sparseLayers = layers.filter(({isSparse}) => isSparse);
  const active = sparseLayers.reduce((sum, {nnz}) => sum + nnz, 0);
  const possible = sparseLayers.reduce((sum, {size}) => sum + size, 0);
  return {
    layers,
    density: possible === 0 ? 1 : active / possible,
    parameters,
    denseParameters,
    toString: () =>
      formatTable(
        ['layer', 'kernel', 'connections', 'density', ''],
        layers.map(({name, shape, nnz, density, reason}) => [
          name,
          shape.join('×'),
          String(nnz),
          density.toFixed(4),
          reason,
        ]),
      ),
  };
}
