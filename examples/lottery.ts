/** A lottery ticket: the connections that are largest after dense training, trained again alone from their first values. */

import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {magnitudeScores, selectGlobally, sparsify, startBackend, summary, Topology} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';

const DENSITY = 0.05;

await startBackend('wasm');
const random = seededRandom('digits');
const train = digits(1000);
const test = digits(500);

const dense = network();
const denseAccuracy = await trainAndTest(dense);

const kernels = dense.layers.map((layer) => ({name: layer.name, kernel: layer.getWeights()[0]}));
const scores = kernels.map(({kernel}) => magnitudeScores(kernel.dataSync<'float32'>()));
const k = Math.round(DENSITY * scores.reduce((sum, {length}) => sum + length, 0));
const winners = selectGlobally(scores, k);
const topologies = Object.fromEntries(
  kernels.map(({name, kernel}, i) => [name, Topology.fromPositions(kernel.shape, winners[i])]),
);

const ticket = sparsify(network(), {density: DENSITY, topologies}); // the seeded network() is the start again
const lot = sparsify(network(), {density: DENSITY, seed: 1}); // as many connections, drawn at random
console.log(String(summary(ticket)));
const accuracies = [denseAccuracy, await trainAndTest(ticket), await trainAndTest(lot)];
const [all, best, any] = accuracies.map((accuracy) => accuracy.toFixed(3));
console.log(`lottery: test accuracy ${all} dense, ${best} with the winning 5 %, ${any} with a random 5 %`);

function network() {
  const layer = (name: string, units: number, seed: number, options: object) =>
    tf.layers.dense({name, units, kernelInitializer: tf.initializers.glorotNormal({seed}), ...options});
  return tf.sequential({
    layers: [
      layer('hidden', 200, 1, {inputShape: [784], activation: 'relu'}),
      layer('output', 10, 2, {activation: 'softmax'}),
    ],
  });
}

async function trainAndTest(model: tf.LayersModel): Promise<number> {
  model.compile({optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy']});
  await model.fit(train.x, train.y, {epochs: 6, batchSize: 50, shuffle: false});
  const [, accuracy] = model.evaluate(test.x, test.y) as tf.Scalar[];
  return (await accuracy.data())[0];
}

/** `count` digits as tensors: `x [count, 784]`, `y [count, 10]`. */
function digits(count: number) {
  const {inputs, labels} = syntheticDigits({count, random});
  const pixels = Float32Array.from(inputs, (byte) => byte / 255);
  return {x: tf.tensor2d(pixels, [count, 784]), y: tf.tensor2d(oneHot(labels, 10), [count, 10])};
}
