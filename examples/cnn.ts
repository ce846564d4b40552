/** A sparse convolutional network on the wasm backend, where stock tfjs cannot train convolutions at all. */

import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {linearDecay, maskedConv2d, maskedDense, SETScheduler, startBackend, summary} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';

const EPOCHS = 3;
const BATCH_SIZE = 50;

await startBackend('wasm');
const random = seededRandom('digits');
const train = digits(1000);
const test = digits(500);

const model = tf.sequential({
  layers: [
    maskedConv2d({filters: 8, kernelSize: 5, density: 0.5, seed: 1, inputShape: [28, 28, 1], activation: 'relu'}),
    tf.layers.maxPooling2d({poolSize: 2}),
    maskedConv2d({filters: 16, kernelSize: 3, density: 0.2, seed: 2, activation: 'relu'}),
    tf.layers.maxPooling2d({poolSize: 2}),
    tf.layers.flatten(),
    maskedDense({units: 10, density: 0.2, seed: 3, activation: 'softmax'}),
  ],
});
console.log(String(summary(model)));

model.compile({optimizer: tf.train.adam(0.005), loss: 'categoricalCrossentropy', metrics: ['accuracy']});
const totalSteps = (EPOCHS * train.count) / BATCH_SIZE;
const scheduler = new SETScheduler(model, {updateInterval: 10, dropFraction: linearDecay(0.3, totalSteps), seed: 1});
const {history} = await model.fit(train.x, train.y, {
  epochs: EPOCHS,
  batchSize: BATCH_SIZE,
  shuffle: false, // tfjs shuffles with Math.random; these digits are in random order already
  validationData: [test.x, test.y],
  callbacks: scheduler.callback(),
});

const accuracy = history.val_acc[EPOCHS - 1] as number;
console.log(`cnn: test accuracy ${accuracy.toFixed(3)}, R_s ${scheduler.tracker.rate.toFixed(3)}`);

/** `count` digits as tensors: `x [count, 28, 28, 1]`, `y [count, 10]`. */
function digits(count: number) {
  const {inputs, labels} = syntheticDigits({count, random});
  const pixels = Float32Array.from(inputs, (byte) => byte / 255);
  return {count, x: tf.tensor4d(pixels, [count, 28, 28, 1]), y: tf.tensor2d(oneHot(labels, 10), [count, 10])};
}
