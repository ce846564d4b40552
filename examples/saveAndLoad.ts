/** Saves a sparse training in the middle, continues it from the file exactly, and exports a dense model. */

import '@tensorflow/tfjs-backend-wasm';
import {mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {maskedDense, type SchedulerState, SETScheduler, startBackend, toDense} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';
import {fileSystem} from 'itop/node';

await startBackend('wasm');
const {inputs, labels, count} = syntheticDigits({count: 1000, random: seededRandom('digits')});
const pixels = Float32Array.from(inputs, (byte) => byte / 255);
const x = tf.tensor2d(pixels, [count, 784]);
const y = tf.tensor2d(oneHot(labels, 10), [count, 10]);

const model = tf.sequential({
  layers: [
    maskedDense({units: 200, density: 0.05, seed: 1, inputShape: [784], activation: 'relu'}),
    maskedDense({units: 10, density: 0.5, seed: 2, activation: 'softmax'}),
  ],
});
model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy'});
const scheduler = schedulerFor(model);
await trainEpochs(model, scheduler, 3);

// The model and its optimizer go into a folder; the state of the scheduler is JSON.
const folder = mkdtempSync(join(tmpdir(), 'itop-'));
const [sparseFolder, denseFolder, stateFile] = ['sparse', 'dense', 'scheduler.json'].map((name) => join(folder, name));
await model.save(fileSystem(sparseFolder), {includeOptimizer: true});
writeFileSync(stateFile, JSON.stringify(scheduler));

const loaded = await tf.loadLayersModel(fileSystem(sparseFolder));
const resumed = schedulerFor(loaded, JSON.parse(readFileSync(stateFile, 'utf8')));
const resumedLoss = await trainEpochs(loaded, resumed, 3);
const loss = await trainEpochs(model, scheduler, 3); // never saved, for comparison

const dense = toDense(loaded); // stock layers only: for users without itop
await dense.save(fileSystem(denseFolder));
const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(predict(dense), predict(loaded)))).arraySync());

const sizes = [sparseFolder, denseFolder].map((path) => Math.round(bytesIn(path) / 1000));
console.log(`sparse with optimizer ${sizes[0]} kB, dense ${sizes[1]} kB, difference of their outputs ${difference}`);
const rates = [scheduler, resumed].map(({tracker}) => tracker.rate.toFixed(4));
console.log(`saveAndLoad: loss ${loss} and R_s ${rates[0]}, after saving and loading ${resumedLoss} and ${rates[1]}`);

function schedulerFor(model: tf.LayersModel, resume?: SchedulerState) {
  return new SETScheduler(model, {updateInterval: 20, dropFraction: 0.3, seed: 1, resume});
}

async function trainEpochs(model: tf.LayersModel, scheduler: SETScheduler, epochs: number) {
  const {history} = await model.fit(x, y, {epochs, shuffle: false, callbacks: scheduler.callback()});
  return history.loss[epochs - 1] as number;
}

function bytesIn(path: string) {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

function predict(model: tf.LayersModel) {
  return model.predict(x) as tf.Tensor;
}
