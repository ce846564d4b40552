import * as tf from '@tensorflow/tfjs';
import {sparsify} from 'itop';
import {byOps, onThreads} from './fusedSteps.ts';
import type {Case, Contestant} from './race.ts';

const BATCH = 32;
const STEPS = 20;
const CLASSES = 10;

const dense = (units: number, options: object = {}) => tf.layers.dense({units, activation: 'relu', ...options});

/** Training steps in `fit` that the fused step took up late: dense tfjs, sparse by ops, and fused. */
export function* coverageCases(): Generator<Case> {
  const x = tf.randomUniform([STEPS * BATCH, 784], 0, 1, 'float32', 1);
  const labels = tf.tidy(() => tf.randomUniform([STEPS * BATCH], 0, CLASSES, 'int32', 2));
  const y = tf.tidy(() => tf.oneHot(labels, CLASSES).cast('float32'));
  labels.dispose();
  const classWeight = Object.fromEntries(Array.from({length: CLASSES}, (_, label) => [label, 1 + label / CLASSES]));
  const lenet = tf.sequential({
    layers: [dense(300, {inputShape: [784]}), dense(100), dense(CLASSES, {activation: 'softmax'})],
  });
  yield {
    what: 'LeNet-300-100, class weights',
    contestants: contestants(lenet, 0.05, 'categoricalCrossentropy', (model) =>
      model.fit(x, y, {batchSize: BATCH, classWeight, verbose: 0}),
    ),
  };
  const encoder = tf.sequential({layers: [dense(256, {inputShape: [784]}), dense(32)]});
  const decoder = tf.sequential({layers: [dense(256, {inputShape: [32]}), dense(784, {activation: 'sigmoid'})]});
  const input = tf.input({shape: [784]});
  const autoencoder = tf.model({inputs: input, outputs: decoder.apply(encoder.apply(input)) as tf.SymbolicTensor});
  yield {
    what: 'autoencoder 784-256-32-256-784, of two models',
    contestants: contestants(autoencoder, 0.1, 'meanSquaredError', (model) =>
      model.fit(x, x, {batchSize: BATCH, verbose: 0}),
    ),
  };
}

function contestants(
  stock: tf.LayersModel,
  density: number,
  loss: string,
  epoch: (model: tf.LayersModel) => Promise<unknown>,
): Contestant[] {
  const training = (label: string, model: tf.LayersModel): Contestant => {
    model.compile({optimizer: tf.train.adam(1e-3), loss});
    return {label, times: STEPS, run: async () => void (await epoch(model))};
  };
  const sparse = () => sparsify(stock, {density, seed: 1});
  return [
    byOps(training('dense', stock)),
    byOps(training(`${density}, by ops`, sparse())),
    onThreads(1, training(`${density}`, sparse())),
  ];
}
