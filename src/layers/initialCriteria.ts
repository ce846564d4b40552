import * as tf from '@tensorflow/tfjs';
import {snipScores} from '../algorithms/criteria.ts';
import {checkKind, checkNames} from '../topology/checkKind.ts';
import {assignWeight, childLayers} from '../weights/tfjsInternals.ts';

/** A kernel while its topology is being chosen. */
export interface InitialKernel {
  /** Holds the weights that are left, zeros elsewhere. */
  readonly variable: tf.Variable;
  /** The weights of the start at all positions. */
  readonly weights: Float32Array;
}

/** The score of connections before training, from passes through the network. Higher is better. */
export interface InitialCriterion {
  /** Names it in messages. */
  readonly name: string;
  /** Whether what was left out in one round may come back in a later one. @defaultValue false */
  readonly mayReturn?: boolean;
  /** @returns of each kernel `[size]`, row-major */
  scores(model: tf.LayersModel, kernels: readonly InitialKernel[]): Promise<Float32Array[]>;
}

/** The loss that a criterion looks at, averaged over all its numbers. */
export type InitialLoss = (target: tf.Tensor, output: tf.Tensor) => tf.Tensor;

/** Some examples, and the loss. */
export interface InitialData {
  /** Inputs of the model, a batch. */
  readonly x: tf.Tensor | tf.Tensor[];
  /** Their targets; of the output's shape unless there is a loss. */
  readonly y: tf.Tensor;
  /** What is minimized. @defaultValue categorical cross-entropy, for one-hot targets of two classes or more */
  readonly loss?: InitialLoss;
  /** Whether normalization and dropout do as in training. @defaultValue true */
  readonly training?: boolean;
}

/**
 * |w · dL/dw| of the network that is left: how much the loss changes, to first order, without the connection.
 *
 * @see Lee, Ajanthan & Torr 2019, "SNIP", §4.1, https://arxiv.org/abs/1810.02340
 */
export function snip(data: InitialData): InitialCriterion {
  checkData('snip', data);
  return {
    name: 'snip',
    async scores(model, kernels) {
      const gradients = await lossGradients(model, kernels, data);
      return Promise.all(
        kernels.map(async ({variable}, i) => snipScores(await variable.data<'float32'>(), gradients[i])),
      );
    },
  };
}

/**
 * |w · dL/dw| with the weights of the start and the gradient of the network that is left: unlike those of {@link snip}, connections
 * that were left out keep a score and may come back in a later round. For many rounds.
 *
 * @see de Jorge et al. 2021, "Progressive Skeletonization: Trimming more fat from a network at initialization", §4,
 * https://arxiv.org/abs/2006.09081
 */
export function force(data: InitialData): InitialCriterion {
  checkData('force', data);
  return {
    name: 'force',
    mayReturn: true,
    async scores(model, kernels) {
      const gradients = await lossGradients(model, kernels, data);
      return kernels.map(({weights}, i) => snipScores(weights, gradients[i]));
    },
  };
}

/** Change of the weights over their size between the two gradients that {@link grasp} compares. */
const GRASP_STEP = 1e-3;

/**
 * What keeps the gradient flowing: w · (H g) with the gradient g and the Hessian H of the loss. Without a connection of a high score the
 * norm of the gradient falls.
 *
 * H g is the difference of two gradients, a small step along g apart: TensorFlow.js gives second derivatives of some operations wrong
 * without an error (softmax and exp among them), and has none of convolutions.
 *
 * @see Wang, Zhang & Grosse 2020, "Picking Winning Tickets Before Training by Preserving Gradient Flow", §4,
 * https://arxiv.org/abs/2002.07376
 */
export function grasp(data: InitialData): InitialCriterion {
  checkData('grasp', data);
  return {
    name: 'grasp',
    async scores(model, kernels) {
      const weights = await Promise.all(kernels.map(async ({variable}) => (await variable.data<'float32'>()).slice()));
      const direction = await lossGradients(model, kernels, data);
      const length = norm(direction);
      if (length === 0) return direction;
      const step = (GRASP_STEP * norm(weights)) / length;
      const gradientsAt = async (distance: number) => {
        for (const [i, {variable}] of kernels.entries()) {
          const moved = weights[i].map((weight, position) => weight + distance * direction[i][position]);
          tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
        }
        return lossGradients(model, kernels, data);
      };
      try {
        const [ahead, behind] = [await gradientsAt(step), await gradientsAt(-step)];
        return weights.map((each, i) =>
          each.map((weight, position) => (weight * (ahead[i][position] - behind[i][position])) / (2 * step)),
        );
      } finally {
        for (const [i, {variable}] of kernels.entries())
          tf.tidy(() => variable.assign(tf.tensor(weights[i], variable.shape)));
      }
    },
  };
}

/**
 * The share of a connection in the flow through the network, |w| · ∂R/∂|w| with R the sum of the outputs for an input of ones, all
 * weights taken as positive. Needs no data, and many rounds: then no layer loses all its connections before the others do.
 *
 * As in the authors' code all weights are made positive, biases and statistics of normalization included. The activations of the outputs
 * are left out: the sum of a softmax would be constant.
 *
 * @see Tanaka et al. 2020, "Pruning neural networks without any data by iteratively conserving synaptic flow", §6,
 * https://arxiv.org/abs/2006.05467
 */
export function synflow(): InitialCriterion {
  return {
    name: 'synflow',
    async scores(model, kernels) {
      const saved = model.weights.map((weight) => tf.clone(weight.read()));
      const putBack: (() => void)[] = [];
      try {
        for (const weight of model.weights) tf.tidy(() => assignWeight(weight, weight.read().abs()));
        for (const layer of new Set(lastLayers(model))) putBack.push(leaveOutActivation(layer));
        const variables = kernels.map(({variable}) => variable);
        const products = tf.tidy(() => {
          const ones = model.inputs.map(({shape}) => tf.ones([1, ...shape.slice(1)] as number[]));
          const flow = () => tf.addN([model.apply(ones, {training: false})].flat().map((y) => (y as tf.Tensor).sum()));
          return gradientsOf(flow as () => tf.Scalar, variables).map((gradient, i) => variables[i].mul(gradient));
        });
        return await readAll(products);
      } finally {
        for (const [i, weight] of model.weights.entries()) assignWeight(weight, saved[i]);
        tf.dispose(saved);
        for (const back of putBack) back();
      }
    },
  };
}

function checkData(where: string, data: InitialData): void {
  checkKind(where, 'data', 'an object', data, `Write ${where}({x, y}).`);
  checkNames<InitialData>(where, data, {x: 1, y: 1, loss: 1, training: 1});
  checkKind(where, 'y', 'a tensor', data.y, 'Pass the targets of the examples, one-hot unless you give a loss.');
  const inputs = [data.x].flat();
  for (const input of inputs)
    checkKind(where, 'x', 'a tensor', input, 'Pass the inputs of the examples, several in a list.');
}

/** The layers that compute what a layer or model gives, also those of a nested model or in a wrapper. */
function lastLayers(layer: tf.layers.Layer): tf.layers.Layer[] {
  const inner = layer instanceof tf.LayersModel ? layer.outputLayers : childLayers(layer);
  return inner.length > 0 ? inner.flatMap(lastLayers) : [layer];
}

/** Has a layer give what its activation would be applied to. @returns undoes it */
function leaveOutActivation(layer: tf.layers.Layer): () => void {
  const linear = {activation: {apply: (x: tf.Tensor) => x, getClassName: () => 'linear'}, softmax: (x: tf.Tensor) => x};
  const own = Object.entries(layer).filter(([name]) => name in linear);
  for (const [name] of own) Object.assign(layer, {[name]: linear[name as keyof typeof linear]});
  return () => void Object.assign(layer, Object.fromEntries(own));
}

function lossOf(model: tf.LayersModel, {x, y, loss = crossEntropy, training = true}: InitialData): () => tf.Scalar {
  return () => loss(y, model.apply(x, {training}) as tf.Tensor).mean() as tf.Scalar;
}

const crossEntropy: InitialLoss = (y, output) => tf.metrics.categoricalCrossentropy(y, output);

/** The cross-entropy would broadcast labels, and of a single class it is always 0. */
function checkOneHot({outputs}: tf.LayersModel, y: tf.Tensor): void {
  const [{shape}] = outputs;
  const fits = shape.length === y.rank && shape.every((size, i) => size === null || size === y.shape[i]);
  if (outputs.length === 1 && fits && shape[shape.length - 1] !== 1) return;
  throw new RangeError(
    `initialTopologies: y must be one-hot, in the shape of the only output and of two classes or more, received [${y.shape}] for ` +
      `${JSON.stringify(outputs.map((output) => output.shape))}. For other targets give a loss, such as ` +
      '{x, y, loss: tf.metrics.binaryCrossentropy}.',
  );
}

/** The gradients of kernels, frozen or not; zeros where the loss does not depend on one. */
function gradientsOf(loss: () => tf.Scalar, variables: tf.Variable[]): tf.Tensor[] {
  const {grads} = tf.engine().gradients(loss, variables) as {grads: (tf.Tensor | undefined)[]};
  return variables.map((variable, i) => grads[i] ?? tf.zerosLike(variable));
}

async function lossGradients(
  model: tf.LayersModel,
  kernels: readonly InitialKernel[],
  data: InitialData,
): Promise<Float32Array[]> {
  const variables = kernels.map(({variable}) => variable);
  if (!data.loss) checkOneHot(model, data.y);
  return readAll(tf.tidy(() => gradientsOf(lossOf(model, data), variables)));
}

async function readAll(tensors: tf.Tensor[]): Promise<Float32Array[]> {
  try {
    return await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
  } finally {
    tf.dispose(tensors);
  }
}

/** The length of all numbers together as one vector. */
function norm(vectors: readonly Float32Array[]): number {
  return Math.sqrt(vectors.reduce((sum, vector) => vector.reduce((part, number) => part + number * number, sum), 0));
}
