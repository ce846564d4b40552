/**
 * A million neurons in Node: the microarray network of the SET papers, 54 675-500 000-500 000-18, sparse from the first step
 * and exploring. Nothing dense is ever made: dense kernels would take 1.1 TB.
 *
 *     npx tsx examples/millionNeurons.ts            20 000 hidden neurons, for a first look
 *     npx tsx examples/millionNeurons.ts --full     1 000 000
 *     npx tsx examples/millionNeurons.ts --neurons 200000 --fan-in 30 --epochs 10
 */

import '@tensorflow/tfjs-backend-wasm';
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {maskedDense, SETScheduler, sparseWeights, startBackend} from 'itop';
import {accuracyOf, microarrays} from './wide/microarrays.ts';

const [GENES, CLASSES, BATCH_SIZE] = [54_675, 18, 32];
/** Outputs are few: so many of them listen to a hidden neuron. */
const FAN_OUT = 2;

const {values: options} = parseArgs({
  options: {
    full: {type: 'boolean', default: false},
    neurons: {type: 'string', default: '20000'},
    'fan-in': {type: 'string', default: '20'},
    epochs: {type: 'string', default: '5'},
  },
});
const units = (options.full ? 1_000_000 : Number(options.neurons)) / 2;
const fanIn = Number(options['fan-in']);
const epochs = Number(options.epochs);

await startBackend('wasm');
const draw = microarrays(GENES, CLASSES, 'microarrays');
const [train, test] = [draw(9, BATCH_SIZE), draw(3, BATCH_SIZE)];

const start = performance.now();
const kernelInitializer = 'heNormal';
const model = tf.sequential({
  layers: [
    maskedDense({units, nnz: units * fanIn, inputShape: [GENES], activation: 'relu', kernelInitializer, seed: 1}),
    maskedDense({units, nnz: units * fanIn, activation: 'relu', kernelInitializer, seed: 2}),
    maskedDense({units: CLASSES, nnz: units * FAN_OUT, activation: 'softmax', kernelInitializer, seed: 3}),
  ],
});
// The more inputs an output adds up, the smaller the steps must be.
const learningRate = (30 * CLASSES) / (units * FAN_OUT);
model.compile({optimizer: tf.train.momentum(learningRate, 0.9), loss: 'categoricalCrossentropy'});
const scheduler = new SETScheduler(model, {updateInterval: train.length, dropFraction: 0.3, seed: 1});
const connections = sparseWeights(model).reduce((sum, {weight}) => sum + weight.topology.nnz, 0);
console.log(`${GENES}-${units}-${units}-${CLASSES}: ${2 * units} hidden neurons, ${connections} connections`);
console.log(`built in ${secondsSince(start)} s`);

for (let epoch = 1; epoch <= epochs; epoch++) {
  const epochStart = performance.now();
  let loss = 0;
  let updateSeconds = '0';
  for (const {x, y} of train) {
    loss += ((await model.trainOnBatch(x, y)) as number) / train.length;
    const updateStart = performance.now();
    if (await scheduler.step()) updateSeconds = secondsSince(updateStart);
  }
  console.log(
    `epoch ${epoch}: loss ${loss.toFixed(3)}, R_s ${scheduler.tracker.rate.toExponential(3)}, ` +
      `${secondsSince(epochStart)} s, of which ${updateSeconds} s for the update, peak memory ${peakMemory()} GiB`,
  );
}
const accuracy = accuracyOf(model, test);
console.log(
  `millionNeurons: ${2 * units} hidden neurons, ${connections} connections, test accuracy ${accuracy.toFixed(3)}, ` +
    `R_s ${scheduler.tracker.rate.toExponential(3)}, peak memory ${peakMemory()} GiB`,
);

function secondsSince(time: number): string {
  return ((performance.now() - time) / 1000).toFixed(1);
}

function peakMemory(): string {
  return (process.resourceUsage().maxRSS / 2 ** 20).toFixed(2); // maxRSS is in KiB
}
