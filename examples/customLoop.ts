/** RigL in a custom loop: `optimizer.minimize`, then `await scheduler.step()`, and nothing else changes. */

import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {cosineDecay, maskedDense, RigLScheduler, startBackend} from 'itop';
import {type Batch, oneHot, orderedBatches, seededRandom, shuffledBatches, syntheticDigits} from 'itop/data';

const EPOCHS = 8;

await startBackend('wasm');
const random = seededRandom('digits');
const train = shuffledBatches(syntheticDigits({count: 2000, random}), random, {batchSize: 50});
const test = orderedBatches(syntheticDigits({count: 500, random}), {batchSize: 500});

// Layers that are sparse from the start: a dense kernel never exists.
const model = tf.sequential({
  layers: [
    maskedDense({units: 300, density: 0.04, seed: 1, inputShape: [784], activation: 'relu'}),
    maskedDense({units: 100, density: 0.1, seed: 2, activation: 'relu'}),
    maskedDense({units: 10, density: 0.9, seed: 3}),
  ],
});
const optimizer = tf.train.momentum(0.1, 0.9);
const scheduler = new RigLScheduler(model, {
  optimizer, // there is no model.compile() here that would tell it
  updateInterval: 20,
  dropFraction: cosineDecay(0.3, EPOCHS * train.perEpoch, {floor: 0}),
  seed: 1,
});

for (let epoch = 0; epoch < EPOCHS; epoch++) {
  for (const batch of train.epoch()) {
    const {x, y} = tensors(batch);
    optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x, {training: true}) as tf.Tensor));
    tf.dispose([x, y]);
    await scheduler.step();
  }
}

const [batch] = test.epoch();
const {x, y} = tensors(batch);
const correct = tf.tidy(() => (model.predict(x) as tf.Tensor).argMax(1).equal(y.argMax(1)).mean());
const [accuracy] = await correct.data();
console.log(`customLoop: test accuracy ${accuracy.toFixed(3)}, R_s ${scheduler.tracker.rate.toFixed(3)}`);

function tensors({inputs, labels, count}: Batch) {
  return {x: tf.tensor2d(inputs, [count, 784]), y: tf.tensor2d(oneHot(labels, 10), [count, 10])};
}
