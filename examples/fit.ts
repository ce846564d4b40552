/** SET-ITOP in `model.fit`: a network with 5 % of its connections at any time, exploring the others. */

import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {cosineDecay, SETScheduler, sparsify, startBackend, summary} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';

const EPOCHS = 8;
const BATCH_SIZE = 50;

await startBackend('wasm');
const random = seededRandom('digits');
const train = digits(2000);
const test = digits(500);

const dense = tf.sequential({
  layers: [
    layer(300, 1, {inputShape: [784], activation: 'relu'}),
    layer(100, 2, {activation: 'relu'}),
    layer(10, 3, {activation: 'softmax'}),
  ],
});
const model = sparsify(dense, {density: 0.05, distribution: 'erdosRenyiKernel', seed: 1});
console.log(String(summary(model)));

model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy']});
const totalSteps = (EPOCHS * train.count) / BATCH_SIZE;
const scheduler = new SETScheduler(model, {updateInterval: 20, dropFraction: cosineDecay(0.5, totalSteps), seed: 1});
const {history} = await model.fit(train.x, train.y, {
  epochs: EPOCHS,
  batchSize: BATCH_SIZE,
  shuffle: false, // tfjs shuffles with Math.random; these digits are in random order already
  validationData: [test.x, test.y],
  callbacks: scheduler.callback(),
});

const accuracy = history.val_acc[EPOCHS - 1] as number;
console.log(`fit: test accuracy ${accuracy.toFixed(3)}, R_s ${scheduler.tracker.rate.toFixed(3)}`);

/** `count` digits as tensors: `x [count, 784]`, `y [count, 10]`. */
function digits(count: number) {
  const {inputs, labels} = syntheticDigits({count, random});
  const pixels = Float32Array.from(inputs, (byte) => byte / 255);
  return {count, x: tf.tensor2d(pixels, [count, 784]), y: tf.tensor2d(oneHot(labels, 10), [count, 10])};
}

function layer(units: number, seed: number, options: object) {
  return tf.layers.dense({units, kernelInitializer: tf.initializers.glorotNormal({seed}), ...options});
}
