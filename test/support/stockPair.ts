import * as tf from '@tensorflow/tfjs';
import {expect} from 'vitest';
import type {MaskedConv2d} from '../../src/sparse/maskedConv2d.ts';
import type {MaskedDense} from '../../src/sparse/maskedDense.ts';
import {expectClose} from './close.ts';
import {atActive, someNumbers, toDense} from './layer.ts';

/** A sparse layer and the stock layer with the same options. */
export interface StockPair {
  readonly masked: MaskedDense | MaskedConv2d;
  readonly stock: tf.layers.Layer;
  /** Puts a layer into a model; by default the model is the layer, which then needs an inputShape. */
  readonly build?: (layer: tf.layers.Layer) => tf.LayersModel;
  /** Shape of one input, with the batch. */
  readonly inputShape: number[];
  /** False where tfjs has no gradient for the stock layer. @defaultValue true */
  readonly trains?: boolean;
}

const alone = (layer: tf.layers.Layer): tf.LayersModel => tf.sequential({layers: [layer]});

/**
 * Expects the sparse layer to predict as the stock layer whose kernel has zeros where there is no connection, and one
 * training step to have the same loss and the same effect on the active connections and the bias.
 */
export async function expectTrainsAsStock(pair: StockPair): Promise<void> {
  const {masked, stock, build = alone, inputShape, trains = true} = pair;
  const [sparse, dense] = [build(masked), build(stock)];
  await copyToStock(masked, stock);
  const size = inputShape.reduce((a, b) => a * b);
  const xs = sparse.inputs.map((_, i) => tf.tensor(someNumbers(size, i + 1), inputShape));
  const [actual, expected] = [predict(sparse, xs), predict(dense, xs)];
  expect(actual.shape).toEqual(expected.shape);
  expectClose(await actual.data(), await expected.data());
  if (trains) {
    const y = tf.tensor(someNumbers(expected.size, 9), expected.shape);
    const optimizer = tf.train.sgd(0.1);
    const losses: number[] = [];
    for (const model of [sparse, dense]) {
      model.compile({optimizer, loss: 'meanSquaredError'});
      losses.push((await model.trainOnBatch(xs, y)) as number);
    }
    expectClose([losses[0]], [losses[1]]);
    await expectSameWeights(masked, stock);
    y.dispose();
    optimizer.dispose();
  }
  tf.dispose([xs, actual, expected]);
  disposeWith(sparse, masked);
  disposeWith(dense, stock);
}

/** The dense kernel of a sparse layer, and its bias where it has one, as the weights of its stock layer. */
export async function denseWeightsOf({sparseWeight, bias}: MaskedDense | MaskedConv2d): Promise<tf.Tensor[]> {
  const {topology, variable} = sparseWeight;
  const kernel = tf.tensor(toDense(topology, await variable.data()), [...topology.shape]);
  return bias ? [kernel, bias.read().clone()] : [kernel];
}

async function copyToStock(masked: MaskedDense | MaskedConv2d, stock: tf.layers.Layer): Promise<void> {
  const weights = await denseWeightsOf(masked);
  stock.setWeights(weights);
  tf.dispose(weights);
}

async function expectSameWeights(masked: MaskedDense | MaskedConv2d, stock: tf.layers.Layer): Promise<void> {
  const {topology, variable} = masked.sparseWeight;
  const [kernel, bias] = stock.weights;
  expectClose(await variable.data(), atActive(topology, await kernel.read().data<'float32'>()));
  expect(masked.bias === null).toBe(bias === undefined);
  if (masked.bias) expectClose(await masked.bias.read().data(), await bias.read().data());
}

/** A model gives back one of the uses of what is used twice: then the layer has one left. */
function disposeWith(model: tf.LayersModel, layer: tf.layers.Layer): void {
  if (model.dispose().numDisposedVariables === 0) layer.dispose();
}

function predict(model: tf.LayersModel, xs: tf.Tensor[]): tf.Tensor {
  return model.predict(xs) as tf.Tensor;
}
