/** How much of a network does a sparse training explore? SET's random growth against growth of the unexplored first. */

import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {
  type Grower,
  maskedDense,
  randomGrowth,
  SETScheduler,
  startBackend,
  type UpdateReport,
  unexploredFirstGrowth,
} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';

await startBackend('wasm');
const {inputs, labels, count} = syntheticDigits({count: 1000, random: seededRandom('digits')});
const pixels = Float32Array.from(inputs, (byte) => byte / 255);
const x = tf.tensor2d(pixels, [count, 784]);
const y = tf.tensor2d(oneHot(labels, 10), [count, 10]);

const set = await explore(randomGrowth());
const first = await explore(unexploredFirstGrowth());
console.log(`explore: R_s ${set.toFixed(3)} with random growth, ${first.toFixed(3)} with the unexplored first`);

/** Trains from the same start with this growth. @returns R_s at the end */
async function explore(grower: Grower): Promise<number> {
  const model = tf.sequential({
    layers: [
      maskedDense({name: 'hidden', units: 100, density: 0.1, seed: 1, inputShape: [784], activation: 'relu'}),
      maskedDense({name: 'output', units: 10, density: 0.5, seed: 2, activation: 'softmax'}),
    ],
  });
  model.compile({optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy'});
  let last: UpdateReport | undefined;
  const scheduler = new SETScheduler(model, {
    grower,
    updateInterval: 10,
    dropFraction: 0.5,
    seed: 1,
    onUpdate: (report) => {
      last = report;
    },
  });
  console.log(`R_s to expect: ${scheduler.predict(240).toFixed(3)}`);
  await model.fit(x, y, {epochs: 12, batchSize: 50, shuffle: false, callbacks: scheduler.callback()});

  const {tracker} = scheduler;
  const curve = tracker.history.filter((_, i) => i % 4 === 0).map(({step, rate}) => `${step}: ${rate.toFixed(3)}`);
  console.log(`R_s by step  ${curve.join('  ')}\nlast update: ${last}`);
  const survival = tracker
    .survival()
    .slice(0, 3)
    .map((share) => share.toFixed(2));
  console.log(
    `reliable R_s ${tracker.reliableRate.toFixed(3)}; grown ones alive after 1, 2, 3 updates: ${survival.join(', ')}\n`,
  );
  return tracker.rate;
}
