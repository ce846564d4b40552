import type * as tf from '@tensorflow/tfjs';
import {encodeContainer, jsonPart, type Part, partOf} from '../io/container.ts';
import {encodePlaces} from '../io/places.ts';
import {checkOnePlacePerLayer} from '../layers/rebuildModel.ts';
import {checkFinite} from '../topology/checkFinite.ts';
import {checkModel, checkOptions} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import {modelAndLayers} from './modelAndLayers.ts';
import {weightsOf} from './modelParts.ts';
import {VALUE_KINDS, type ValueKind, valueParts} from './sparseValues.ts';
import {checkTarget, type FileTarget, writeTarget} from './store.ts';

/** What tells a file of a sparse model from others, and its layout from others. */
export const SPARSE_FORMAT = {format: 'itop-sparse', version: '2'} as const;

/** What such a file says of its model. */
export interface SparseState {
  /** The model without weights, as `model.toJSON()` has it. */
  readonly model: unknown;
  /** Shapes of the weights that are no connections: the parts `weights/0`, … */
  readonly shapes: readonly (readonly number[])[];
  /** The sparse layers: the parts `values/0`, `places/0`, … */
  readonly sparse: readonly {readonly name: string; readonly shape: readonly number[]; readonly nnz: number}[];
  /** Of the model and of each layer in it. Left out in files of version 1. */
  readonly trainable?: readonly boolean[];
}

/** Options of {@link saveSparse}. */
export interface SaveSparseOptions {
  /**
   * How values of connections are written: exactly, with 11 significant bits, or in 255 steps of a scale for each output, so that the error is
   * at most 1/254 of the output's largest value. All other weights are float32. @defaultValue 'float32'
   */
  readonly values?: ValueKind;
}

/**
 * Saves a model in one small file: the values of its connections and, in about a byte each, their places. For predictions and fine-tuning;
 * to continue a training save a checkpoint.
 *
 * @param target  as of `saveCheckpoint`
 * @throws TypeError if the model is none, or `values` is no such kind
 * @throws RangeError if a weight is not finite, or too large for float16
 * @throws Error if one layer is in two models, which a config cannot express
 *
 * @example
 * await saveSparse(fileStore('digits.safetensors'), model, {values: 'int8'});
 */
export async function saveSparse(
  target: FileTarget,
  model: tf.LayersModel,
  options: SaveSparseOptions = {},
): Promise<void> {
  const where = 'saveSparse';
  checkTarget(where, target);
  checkModel(where, model);
  checkOptions<SaveSparseOptions>(where, options, {values: 1});
  const {values: kind = 'float32'} = options;
  if (!VALUE_KINDS.includes(kind)) {
    throw new TypeError(
      `${where}: values must be 'float32', 'float16' or 'int8', received ${describeValue(kind)}. Leave it out for float32.`,
    );
  }
  const {weights, sparse} = weightsOf(where, model);
  checkOnePlacePerLayer(where, model);
  const byConnection = new Map(sparse.map(({weight}, i) => [weight.values, i]));
  // All as it is now, also if it changes while numbers are read.
  const reads = weights.map((weight) => weight.read().data<'float32'>());
  const topologies = sparse.map(({weight}) => weight.topology);
  const config = model.toJSON(null, false);
  const numbers = await Promise.all(reads);
  const parts = new Map<string, Part>();
  const shapes: (readonly number[])[] = [];
  for (const [w, weight] of weights.entries()) {
    checkFinite(where, `weights "${weight.originalName}"`, numbers[w]);
    const i = byConnection.get(weight);
    if (i === undefined) {
      const {shape} = weight.read();
      parts.set(`weights/${shapes.length}`, partOf(numbers[w], shape));
      shapes.push(shape);
      continue;
    }
    const topology = topologies[i];
    const {encoding, bytes} = encodePlaces(topology.positions(), topology.size);
    parts.set(`places/${i}/${encoding}`, partOf(bytes, [bytes.length]));
    for (const [name, part] of valueParts(where, i, numbers[w], topology, kind)) parts.set(name, part);
  }
  const state: SparseState = {
    model: config,
    shapes,
    sparse: sparse.map(({name}, i) => ({name, shape: topologies[i].shape, nnz: topologies[i].nnz})),
    trainable: modelAndLayers(model).map(({trainable}) => trainable),
  };
  const file = encodeContainer({metadata: SPARSE_FORMAT, parts: new Map([['state', jsonPart(state)], ...parts])});
  await writeTarget(where, target, file);
}
