import * as tf from '@tensorflow/tfjs';
import {checkOptions} from '../topology/checkKind.ts';
import {formatTable} from './formatTable.ts';
import {leafUses} from './leafUses.ts';
import {ensureBuilt, rebuildModel} from './rebuildModel.ts';
import {type NamedSparseWeight, sparseWeights} from './sparseWeights.ts';
import {createStockLayer} from './stockCounterpart.ts';
import {walkLayers} from './walkLayers.ts';

/** Options of {@link profile}. */
export interface ProfileOptions {
  /** Samples per batch. @defaultValue 32 */
  readonly batchSize?: number;
  /** Timed runs of which the fastest counts, after one to warm up. @defaultValue 3 */
  readonly repetitions?: number;
}

/** Times of one sparse layer by single ops, forward and backward, in milliseconds. */
export interface LayerProfile {
  /** The layer's name, with the names of the models around it where it is nested. */
  readonly name: string;
  /** Dense shape of the kernel. */
  readonly shape: readonly number[];
  /** Active over all connections. */
  readonly density: number;
  /** As the layer is, by itself. */
  readonly sparse: number;
  /** The same layer with a dense kernel, by the stock ops of the backend; NaN where tfjs cannot. */
  readonly dense: number;
  /** Of the forward and backward pass of the whole model by single ops, in [0, 1]; those of all layers together are at most 1. */
  readonly share: number;
}

/** Where the time of a model goes; prints as a table. */
export interface ModelProfile {
  /** The backend that was measured. */
  readonly backend: string;
  /** Samples per batch. */
  readonly batchSize: number;
  /** The sparse layers, in the order of the model. */
  readonly layers: readonly LayerProfile[];
  /** Forward and backward pass of the whole model by single ops, in milliseconds; without loss and optimizer. */
  readonly total: number;
  /**
   * A training step as `fit` makes it, fused or replayed where the model is covered, in milliseconds: of a copy, by gradient descent on
   * the mean squared error. NaN where the model cannot be copied.
   */
  readonly step: number;
  /** As a table. */
  toString(): string;
}

/** Steps that are not timed: on a device the first ones run by single ops, and one is recorded. */
const WARM_UP = 4;

/** Kernels with more elements are not made dense, only to be timed. */
const LARGEST_DENSE = 2 ** 28;

/**
 * Measures a training step of a model on the current backend, and each sparse layer by single ops: as it is, and with a dense kernel in its
 * place.
 *
 * Layers run one by one on random inputs, forward and backward, each as often as the model calls it counted once. That is not how they
 * run within a fused or replayed step, which takes less time than they do together: there their times and shares only say where to look,
 * and `step` what training takes. Weights, optimizer and statistics of the model stay as they are. What is given are times of this machine
 * at this moment: believe ratios.
 *
 * @throws RangeError if an option is not a positive integer
 * @throws Error if the model has no sparse layers, or an input dimension besides the batch is unknown
 *
 * @example
 * console.log(String(await profile(model, {batchSize: 128})));
 */
export async function profile(model: tf.LayersModel, options: ProfileOptions = {}): Promise<ModelProfile> {
  ensureBuilt('profile', model);
  checkOptions<ProfileOptions>('profile', options, {batchSize: 1, repetitions: 1});
  const {batchSize = 32, repetitions = 3} = options;
  checkPositive('batchSize', batchSize);
  checkPositive('repetitions', repetitions);
  const weights = sparseWeights(model);
  if (weights.length === 0) {
    throw new Error(
      `profile: model must have sparse layers, received "${model.name}" with none. Make it with sparsify() or maskedDense().`,
    );
  }
  const total = await timeModel(model, batchSize, repetitions);
  const step = await timeStep(model, batchSize, repetitions);
  const uses = leafUses(model);
  const timed: Omit<LayerProfile, 'share'>[] = [];
  for (const entry of weights) {
    const {name, layer} = entry;
    const {shape, density} = entry.weight.topology;
    const [{call}] = uses.get(layer)!;
    const sparse = await timeLayer(layer, call.inputShape, batchSize, repetitions);
    const dense = await timeDense(entry, call.inputShape, batchSize, repetitions);
    timed.push({name, shape, density, sparse, dense});
  }
  const sum = timed.reduce((sum, {sparse}) => sum + sparse, 0);
  const layers = timed.map((layer) => ({...layer, share: layer.sparse / Math.max(total, sum)}));
  return {backend: tf.getBackend(), batchSize, layers, total, step, toString: () => table(layers, total, step)};
}

function table(layers: readonly LayerProfile[], total: number, step: number): string {
  const rows = layers.map(({name, shape, density, sparse, dense, share}) => [
    name,
    shape.join('×'),
    density.toFixed(4),
    sparse.toFixed(2),
    dense.toFixed(2),
    (dense / sparse).toFixed(1),
    `${(100 * share).toFixed(0)} %`,
  ]);
  const header = ['layer', 'kernel', 'density', 'sparse ms', 'dense ms', 'times faster', 'share'];
  const whole = Number.isNaN(step)
    ? ''
    : ` A training step takes ${step.toFixed(2)} ms, fused where explain() says so.`;
  return `${formatTable(header, rows)}\nBy single ops, of ${total.toFixed(2)} ms for all layers.${whole}`;
}

/** A training step of a copy of the model, which trains on; NaN where tfjs cannot copy it. */
async function timeStep(model: tf.LayersModel, batchSize: number, repetitions: number): Promise<number> {
  const copy = copyOf(model);
  if (!copy) return Number.NaN;
  const optimizer = tf.train.sgd(0);
  copy.compile({optimizer, loss: 'meanSquaredError'});
  const x = inputsOf(copy, batchSize);
  const y = copy.outputs.map(({shape}) => tf.zeros(batchShape(model.name, shape, batchSize)));
  try {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < WARM_UP + repetitions; i++) {
      const start = performance.now();
      await copy.trainOnBatch(x, y);
      if (i >= WARM_UP) best = Math.min(best, performance.now() - start);
    }
    return best;
  } finally {
    copy.dispose();
    optimizer.dispose();
    tf.dispose([x, y]);
  }
}

/** Undefined where a config cannot express the model. */
function copyOf(model: tf.LayersModel): tf.LayersModel | undefined {
  try {
    return rebuildModel(
      'profile',
      model,
      () => undefined,
      () => {},
    );
  } catch {
    return undefined;
  }
}

/** Forward and backward pass of a model, whose statistics of batches are put back. */
async function timeModel(model: tf.LayersModel, batchSize: number, repetitions: number): Promise<number> {
  const inputs = inputsOf(model, batchSize);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const statistics = walkLayers(model)
    .filter(({isLeaf}) => isLeaf)
    .flatMap(({layer}) => layer.nonTrainableWeights.map((weight) => weight.read()))
    .filter((tensor): tensor is tf.Variable => tensor instanceof tf.Variable)
    .map((variable) => ({variable, before: variable.clone()}));
  try {
    return await fastest(repetitions, () => {
      const forward = () => {
        const outputs = [model.apply(inputs, {training: true})].flat() as tf.Tensor[];
        return tf.addN(outputs.map((output) => output.sum())) as tf.Scalar;
      };
      const {value, grads} = tf.variableGrads(forward, variables);
      return [value, ...Object.values(grads)];
    });
  } finally {
    for (const {variable, before} of statistics) variable.assign(before);
    tf.dispose([inputs, statistics.map(({before}) => before)]);
  }
}

/** The stock layer that a sparse layer stands for, with random weights; NaN where it is too large, or tfjs has no gradient. */
async function timeDense(
  {layer, weight}: NamedSparseWeight,
  inputShape: tf.Shape,
  batchSize: number,
  repetitions: number,
): Promise<number> {
  const {dilationRate = [1]} = layer as {dilationRate?: number[]};
  const isDilated = Math.max(...dilationRate) > 1;
  if (isDilated || weight.topology.size > LARGEST_DENSE) return Number.NaN;
  const dense = createStockLayer(layer);
  if (!dense) return Number.NaN;
  dense.apply(tf.input({batchShape: inputShape, name: 'profile'}));
  try {
    return await timeLayer(dense, inputShape, batchSize, repetitions);
  } finally {
    dense.dispose();
  }
}

/** Random inputs of a model, in [0, 1): as numbers of entries they are those of the first, which every embedding has. */
function inputsOf({name, inputs}: tf.LayersModel, batchSize: number): tf.Tensor[] {
  return inputs.map(({shape}) => tf.randomUniform(batchShape(name, shape, batchSize)));
}

/** A layer on a random input, forward and with all gradients. */
async function timeLayer(
  layer: tf.layers.Layer,
  inputShape: tf.Shape,
  batchSize: number,
  repetitions: number,
): Promise<number> {
  const x = tf.randomNormal(batchShape(layer.name, inputShape, batchSize));
  const operands = [x, ...layer.trainableWeights.map((weight) => weight.read())];
  const forward = tf.valueAndGrads((x) => layer.apply(x) as tf.Tensor);
  try {
    return await fastest(repetitions, () => {
      const {value, grads} = forward(operands);
      return [value, ...grads];
    });
  } finally {
    x.dispose();
  }
}

function batchShape(where: string, shape: tf.Shape, batchSize: number): number[] {
  const rest = shape.slice(1);
  if (rest.some((dimension) => dimension == null)) {
    throw new Error(
      `profile: all dimensions but the batch must be known, received [${shape}] for "${where}". Give the model an inputShape.`,
    );
  }
  return [batchSize, ...(rest as number[])];
}

/** Milliseconds of the fastest of several runs, each until the device is done, after one to warm up. */
async function fastest(repetitions: number, run: () => tf.Tensor[]): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= repetitions; i++) {
    const start = performance.now();
    const results = tf.tidy(run);
    const ends = results.filter(({size}) => size > 0).map((result) => tf.tidy(() => result.as1D().slice(0, 1)));
    await Promise.all(ends.map((end) => end.data()));
    if (i > 0) best = Math.min(best, performance.now() - start);
    tf.dispose([results, ends]);
  }
  return best;
}

function checkPositive(name: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) {
    throw new RangeError(
      `profile: ${name} must be a positive integer, received ${value}. Leave it out for the default.`,
    );
  }
}
