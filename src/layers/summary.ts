import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../topology/positions.ts';
import {denseReason} from './denseReasons.ts';
import {flopsReport, storedNumbers, trainedNumbers} from './flopsReport.ts';
import {formatTable} from './formatTable.ts';
import {ensureBuilt} from './rebuildModel.ts';
import {sparseWeights} from './sparseWeights.ts';
import {walkLayers} from './walkLayers.ts';

/** Bytes of a float32 value, or of an int32 index. */
const WORD = 4;

/** One layer with weights in a {@link ModelSummary}. */
export interface LayerSummary {
  /** The layer's name, with the names of the models around it where it is nested. */
  readonly name: string;
  /** As TensorFlow.js names it. */
  readonly className: string;
  /** Dense shape of its first weight, the kernel where it has one. */
  readonly shape: readonly number[];
  /** Active connections of the kernel; all of them in a dense layer. */
  readonly nnz: number;
  /** Connections of the kernel. */
  readonly size: number;
  /** nnz / size. */
  readonly density: number;
  /** Numbers that the layer trains and keeps: active connections, biases, statistics of normalisation. */
  readonly parameters: number;
  /** Bytes of these, of companions and of the places of the active connections, in memory and in a saved model alike. */
  readonly bytes: number;
  /** Floating-point operations of a forward pass of one sample; undefined where {@link flopsReport} does not count them. */
  readonly flops: number | undefined;
  /** True for a layer that holds active values only. */
  readonly isSparse: boolean;
  /** Why the layer is dense; '' for a sparse one. */
  readonly reason: string;
}

/** What a model is made of, layer by layer; prints as a table. */
export interface ModelSummary {
  /** In the order of the model. */
  readonly layers: readonly LayerSummary[];
  /** Active over all connections of the sparse layers. */
  readonly density: number;
  /** Numbers that the model trains and keeps: active connections, biases and the weights of dense layers. */
  readonly parameters: number;
  /** What it would be if every layer were dense. */
  readonly denseParameters: number;
  /** Bytes of the weights, of companions and of the places of active connections. */
  readonly bytes: number;
  /** Floating-point operations of a forward pass of one sample. */
  readonly flops: number;
  /** What they would be if every layer were dense. */
  readonly denseFlops: number;
  /** A table of it all. */
  toString(): string;
}

/**
 * Tells which layers of a model are sparse, how much, why the others are not, and what each takes.
 *
 * @throws Error if the model does not know its input
 *
 * @example
 * console.log(String(summary(model)));
 */
export function summary(model: tf.LayersModel): ModelSummary {
  ensureBuilt('summary', model);
  const {layers: counted, sparse: flops, dense: denseFlops} = flopsReport(model);
  const flopsOf = new Map(counted.map(({name, sparse}) => [name, sparse]));
  const topologies = new Map(sparseWeights(model).map(({name, weight}) => [name, weight.topology]));
  const layers: LayerSummary[] = [];
  for (const {layer, path, isLeaf} of walkLayers(model)) {
    if (!isLeaf || layer.weights.length === 0) continue;
    const topology = topologies.get(path);
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
      parameters: trainedNumbers(layer),
      bytes: WORD * (storedNumbers(layer) + (topology ? topology.rowPtr.length + nnz : 0)),
      flops: flopsOf.get(path),
      isSparse: topology !== undefined,
      reason: topology ? '' : denseReason(model, path),
    });
  }
  const sparseLayers = layers.filter(({isSparse}) => isSparse);
  const active = total(sparseLayers, 'nnz');
  const possible = total(sparseLayers, 'size');
  const totals = {
    density: possible === 0 ? 1 : active / possible,
    parameters: total(layers, 'parameters'),
    denseParameters: total(layers, 'parameters') + possible - active,
    bytes: total(layers, 'bytes'),
    flops,
    denseFlops,
  };
  return {layers, ...totals, toString: () => table(layers, totals)};
}

function total(layers: readonly LayerSummary[], key: 'nnz' | 'size' | 'parameters' | 'bytes'): number {
  return layers.reduce((sum, layer) => sum + layer[key], 0);
}

function table(layers: readonly LayerSummary[], totals: Omit<ModelSummary, 'layers' | 'toString'>): string {
  const {density, parameters, denseParameters, bytes, flops, denseFlops} = totals;
  const rows = layers.map((layer) => [
    layer.name,
    layer.className.replace(/^Itop/, ''),
    layer.shape.join('×'),
    layer.density.toFixed(4),
    whole(layer.nnz),
    whole(layer.parameters),
    whole(layer.bytes),
    layer.flops === undefined ? '–' : whole(layer.flops),
    layer.reason,
  ]);
  const share = (part: number, all: number) => (all === 0 ? '–' : `${((100 * part) / all).toFixed(1)} %`);
  const sparse = layers.filter(({isSparse}) => isSparse).length;
  const note = sparse === 0 || sparse === layers.length ? '' : 'density: of the sparse layers';
  return [
    formatTable(
      ['layer', 'class', 'kernel', 'density', 'nnz', 'parameters', 'bytes', 'FLOPs', ''],
      [...rows, ['all', '', '', density.toFixed(4), '', whole(parameters), whole(bytes), whole(flops), note]],
    ),
    `With all connections: ${whole(denseParameters)} parameters, ${whole(denseFlops)} FLOPs; ` +
      `now ${share(parameters, denseParameters)} and ${share(flops, denseFlops)} of that.`,
  ].join('\n');
}

function whole(value: number): string {
  return value.toLocaleString('en');
}
