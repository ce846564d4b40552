/** Sparse training on the GPU from Node, with the npm package `webgpu` in the place of a browser's. */

import * as tf from '@tensorflow/tfjs';
import {maskedDense, SETScheduler, startBackend} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';
import {registerWebGPUInNode} from 'itop/node';

const {description} = await registerWebGPUInNode().catch(giveUp);
await startBackend('webgpu');

const {inputs, labels, count} = syntheticDigits({count: 250, random: seededRandom('digits')});
const pixels = Float32Array.from(inputs, (byte) => byte / 255);
const x = tf.tensor2d(pixels, [count, 784]);
const y = tf.tensor2d(oneHot(labels, 10), [count, 10]);

const model = tf.sequential({
  layers: [
    maskedDense({units: 100, density: 0.1, seed: 1, inputShape: [784], activation: 'relu'}),
    maskedDense({units: 10, density: 0.5, seed: 2, activation: 'softmax'}),
  ],
});
model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy'});
const scheduler = new SETScheduler(model, {updateInterval: 5, dropFraction: 0.3, seed: 1});
const callbacks = scheduler.callback();
const {history} = await model.fit(x, y, {epochs: 2, batchSize: 50, shuffle: false, callbacks});

const loss = history.loss[1] as number;
console.log(`webgpu: loss ${loss.toFixed(3)}, R_s ${scheduler.tracker.rate.toFixed(3)}, on ${description}`);
process.exit(); // Node would not end by itself while WebGPU lives

/** One sentence where there is no GPU. */
function giveUp({message}: Error): never {
  console.error(message);
  process.exit(1);
}
