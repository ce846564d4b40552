/** What the examples of methods share: digits, a dense network, a training, a test. */

import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {type DSTScheduler, sparseWeights} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';

export const EPOCHS = 4;
const BATCH_SIZE = 50;
const random = seededRandom('digits');

await tf.setBackend('wasm');
export const train = digits(1000);
const test = digits(500);
/** Optimizer steps of a training. */
export const STEPS = (EPOCHS * 1000) / BATCH_SIZE;

/** 784-200-100-10, the same weights every time; all layers with these options. */
export function denseNetwork(all: object = {}): tf.Sequential {
  const layer = (units: number, seed: number, options: object) =>
    tf.layers.dense({
      units,
      name: `layer${seed}`,
      kernelInitializer: tf.initializers.glorotNormal({seed}),
      ...all,
      ...options,
    });
  return tf.sequential({
    layers: [
      layer(200, 1, {inputShape: [784], activation: 'relu'}),
      layer(100, 2, {activation: 'relu'}),
      layer(10, 3, {activation: 'softmax'}),
    ],
  });
}

/** Trains a model, with a scheduler if there is one. */
export async function trainModel(
  model: tf.LayersModel,
  makeScheduler?: (model: tf.LayersModel) => DSTScheduler,
): Promise<DSTScheduler | undefined> {
  model.compile({optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy']});
  const scheduler = makeScheduler?.(model);
  const callbacks = scheduler?.callback();
  await model.fit(train.x, train.y, {
    epochs: EPOCHS,
    batchSize: BATCH_SIZE,
    shuffle: false,
    ...(callbacks && {callbacks}),
  });
  return scheduler;
}

/** Prints the share of the connections that a model with a reparameterization computes with. */
export function reportUsed(model: tf.LayersModel): void {
  const values = sparseWeights(model).map(({weight}) => weight.computed(false).dataSync());
  const all = values.reduce((sum, {length}) => sum + length, 0);
  const used = values.reduce((sum, each) => sum + each.filter((value) => value !== 0).length, 0);
  console.log(`density ${(used / all).toFixed(3)}`);
}

/** Prints the result, as the last line of every example. */
export async function report(name: string, model: tf.LayersModel, scheduler?: DSTScheduler): Promise<void> {
  const [, accuracy] = model.evaluate(test.x, test.y) as tf.Scalar[];
  const explored = scheduler ? `, R_s ${scheduler.tracker.rate.toFixed(3)}` : '';
  console.log(`${name}: test accuracy ${(await accuracy.data())[0].toFixed(3)}${explored}`);
}

function digits(count: number) {
  const {inputs, labels} = syntheticDigits({count, random});
  const pixels = Float32Array.from(inputs, (byte) => byte / 255);
  return {x: tf.tensor2d(pixels, [count, 784]), y: tf.tensor2d(oneHot(labels, 10), [count, 10])};
}
