import * as tf from '@tensorflow/tfjs';
import {type Container, decodeContainer, float32Of, int32Of, jsonOf} from '../io/container.ts';
import {ensureBuilt} from '../layers/rebuildModel.ts';
import {toDense} from '../layers/toDense.ts';
import {MaskedConv2d} from '../sparse/maskedConv2d.ts';
import {MaskedDense} from '../sparse/maskedDense.ts';
import {checkFinite} from '../topology/checkFinite.ts';
import {checkKind, checkOptions} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import {sizeOf} from '../topology/positions.ts';
import type {Topology} from '../topology/topology.ts';
import {assignWeight} from '../weights/tfjsInternals.ts';
import {boundedBuild} from './boundedBuild.ts';
import {versionOf} from './checkpointState.ts';
import {modelAndLayers} from './modelAndLayers.ts';
import {decodeTopology, type ModelWeights, weightsOf} from './modelParts.ts';
import {SPARSE_FORMAT, type SparseState} from './saveSparse.ts';
import {valuesOfParts} from './sparseValues.ts';
import {type FileSource, type ReadOptions, readSource} from './store.ts';

/** Options of {@link loadSparse}. */
export interface LoadSparseOptions extends ReadOptions {
  /** Whether to make a plain model, with stock layers and zeros where there is no connection. @defaultValue false */
  readonly dense?: boolean;
  /** Numbers that the weights of the model may have together, zeros of kernels included: a small file can describe a huge one. @defaultValue 2^30 */
  readonly maxSize?: number;
}

const MAX_SIZE = 2 ** 30;

/**
 * Loads a model that `saveSparse` has saved; in a page, from an address or a `File` that the user chose.
 *
 * @param source  what it was saved to, an address, a `File` or bytes
 * @returns an uncompiled model; what was frozen is so again
 * @throws RangeError if the file or the model is larger than the limits
 * @throws Error if the file is no sparse model, or damaged
 *
 * @example
 * const model = await loadSparse('models/digits.safetensors');
 */
export async function loadSparse(source: FileSource, options: LoadSparseOptions = {}): Promise<tf.LayersModel> {
  const where = 'loadSparse';
  checkOptions<LoadSparseOptions>(where, options, {dense: 1, maxSize: 1, maxBytes: 1});
  const {dense = false, maxSize = MAX_SIZE} = options;
  checkKind(where, 'maxSize', 'a number', maxSize, 'Leave it out for the default.');
  const container = decodeContainer(await readSource(where, source, options), {where});
  const version = versionOf(where, container, SPARSE_FORMAT);
  const state = stateOf(where, container);
  const size = [...state.sparse.map(({shape}) => shape), ...state.shapes].reduce(
    (sum, shape) => sum + sizeOf(shape),
    0,
  );
  if (!(size <= maxSize)) {
    throw new RangeError(
      `${where}: source must be a model of at most ${maxSize} numbers, received one of ${size}. If it is that large, pass a higher maxSize.`,
    );
  }
  const layers = state.sparse.map(({shape, nnz}, i) => {
    const topology = decodeTopology(shape, nnz, i, container.parts);
    const values = topology && valuesOfParts(i, container.parts, topology);
    if (!values) return damaged(where, `the connections of layer ${i}`);
    checkFinite(where, `values of layer ${i}`, values);
    return {topology, values};
  });
  const model = await modelOf(where, state, maxSize);
  try {
    fill(where, weightsOf(where, model, version), state, layers, container);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const loaded = dense ? toDense(model) : model;
  if (dense) model.dispose();
  modelAndLayers(loaded).forEach((each, i) => {
    if (state.trainable?.[i] === false) each.trainable = false;
  });
  return loaded;
}

async function modelOf(where: string, {model}: SparseState, maxSize: number): Promise<tf.LayersModel> {
  // They are named here, so that no bundler leaves them out.
  for (const layer of [MaskedDense, MaskedConv2d]) tf.serialization.registerClass(layer);
  try {
    // As the topology alone: JSON with a list of files would have tfjs fetch them. The layers are made before a promise is returned.
    const config = {modelTopology: model} as Parameters<typeof tf.models.modelFromJSON>[0];
    const made = await boundedBuild(where, maxSize, () => tf.models.modelFromJSON(config));
    ensureBuilt(where, made);
    return made;
  } catch (cause) {
    if (cause instanceof RangeError && cause.message.startsWith(where)) throw cause;
    // What tfjs was not prepared for says nothing to a user.
    const received = cause instanceof TypeError ? 'a damaged one' : describeValue((cause as Error).message);
    throw new Error(
      `${where}: source must hold a model that can be made, received ${received}. ` +
        'Register the classes of its own layers first, with tf.serialization.registerClass.',
      {cause},
    );
  }
}

/**
 * Gives a model that was just made its weights, once they are known to fit.
 *
 * @param weights  of the model, in the order of the file
 */
function fill(
  where: string,
  {weights, sparse}: ModelWeights,
  {shapes}: SparseState,
  layers: readonly {readonly topology: Topology; readonly values: Float32Array}[],
  {parts}: Container,
): void {
  const values = new Set(sparse.map(({weight}) => weight.values));
  const others = weights.filter((weight) => !values.has(weight));
  const fits =
    sparse.length === layers.length &&
    sparse.every(({weight: {topology, variable}}, i) => {
      return String(topology.shape) === String(layers[i].topology.shape) && variable.size === layers[i].values.length;
    }) &&
    others.length === shapes.length &&
    others.every((weight, i) => {
      const {dtype, shape} = weight.read();
      const part = parts.get(`weights/${i}`);
      return part?.dtype === (dtype === 'int32' ? 'I32' : 'F32') && String(part.shape) === String(shape);
    });
  if (!fits) damaged(where, 'others');
  others.forEach(({originalName}, i) => {
    const part = parts.get(`weights/${i}`)!;
    if (part.dtype === 'F32') checkFinite(where, `weights "${originalName}"`, float32Of(part));
  });
  tf.tidy(() => {
    others.forEach((weight, i) => {
      const part = parts.get(`weights/${i}`)!;
      const numbers = part.dtype === 'I32' ? int32Of(part) : float32Of(part);
      assignWeight(weight, tf.tensor(numbers, weight.read().shape, weight.read().dtype as 'float32'));
    });
    sparse.forEach(({weight}, i) => {
      weight.topology = layers[i].topology;
      weight.variable.assign(tf.tensor1d(layers[i].values));
    });
  });
}

function stateOf(where: string, {parts}: Container): SparseState {
  const part = parts.get('state');
  const state = part && jsonOf(part);
  return isSparseState(state) ? state : damaged(where, describeValue(state));
}

function isSparseState(state: unknown): state is SparseState {
  const isShape = (shape: unknown): shape is number[] =>
    Array.isArray(shape) && shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0);
  if (typeof state !== 'object' || state === null) return false;
  const {model, shapes, sparse} = state as Partial<SparseState>;
  return (
    typeof model === 'object' &&
    model !== null &&
    Array.isArray(shapes) &&
    shapes.every(isShape) &&
    Array.isArray(sparse) &&
    sparse.every((layer) => isShape(layer?.shape) && !layer.shape.includes(0) && Number.isSafeInteger(layer.nnz))
  );
}

function damaged(where: string, received: string): never {
  throw new Error(
    `${where}: source must hold the weights that its model has, received ${received}. It was damaged: load it again.`,
  );
}
