/** A custom pruner, grower and schedule; each is a small object or function on typed arrays. */

import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {DSTScheduler, type Grower, mixedGrowth, type Pruner, sparsify, startBackend, unexploredFirstGrowth} from 'itop';
import {selectLargest, selectSmallest} from 'itop/core';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';

/** Drops small weights most likely, instead of the smallest ones surely. */
function luckyPruning(): Pruner {
  return {
    prune({values, k, random}) {
      const scores = values.map((value) => Math.abs(value) * random());
      return selectSmallest(scores, k);
    },
  };
}

/** Grows where an input has many connections already: the rich get richer, in proportion. */
function popularGrowth(): Grower {
  return {
    grow({shape, size, active, k, random}) {
      const outputs = shape[shape.length - 1];
      const inputOf = (position: number) => Math.floor(position / outputs);
      const connections = new Float32Array(size / outputs).fill(1);
      for (const position of active) connections[inputOf(position)]++;
      // Weighted sampling without replacement: the k largest of u^(1/weight).
      const scores = Float32Array.from({length: size}, (_, i) => random() ** (1 / connections[inputOf(i)]));
      for (const position of active) scores[position] = -1;
      return selectLargest(scores, k);
    },
  };
}

await startBackend('wasm');
const {inputs, labels, count} = syntheticDigits({count: 2000, random: seededRandom('digits')});
const pixels = Float32Array.from(inputs, (byte) => byte / 255);
const x = tf.tensor2d(pixels, [count, 784]);
const y = tf.tensor2d(oneHot(labels, 10), [count, 10]);

const kernelInitializer = tf.initializers.glorotNormal({seed: 1});
const dense = tf.sequential();
dense.add(tf.layers.dense({units: 200, kernelInitializer, inputShape: [784], activation: 'relu'}));
dense.add(tf.layers.dense({units: 10, kernelInitializer, activation: 'softmax'}));
const model = sparsify(dense, {density: 0.05, seed: 1});
model.compile({optimizer: tf.train.adam(0.003), loss: 'categoricalCrossentropy'});

const scheduler = new DSTScheduler(model, {
  pruner: luckyPruning(),
  grower: mixedGrowth([
    [0.7, popularGrowth()],
    [0.3, unexploredFirstGrowth()],
  ]),
  updateInterval: 20,
  dropFraction: (step) => 0.4 * 0.99 ** step,
  seed: 1,
});
const callbacks = scheduler.callback();
const {history} = await model.fit(x, y, {epochs: 8, batchSize: 50, shuffle: false, callbacks});
const loss = history.loss[7] as number;
console.log(`ownStrategy: loss ${loss.toFixed(3)}, R_s ${scheduler.tracker.rate.toFixed(3)}`);
