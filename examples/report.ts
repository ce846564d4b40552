/**
 * Trains LeNet-300-100 dense, with fixed connections, with SET-ITOP and with RigL-ITOP, logs each run to a file, and makes one report
 * of the four: `npx tsx examples/report.ts [folder]`.
 */

import '@tensorflow/tfjs-backend-wasm';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {
  type DSTScheduler,
  fileSink,
  RigLScheduler,
  RunLog,
  SETScheduler,
  StaticScheduler,
  setItop,
  sparsify,
  startBackend,
} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';
import {parseRunLog, renderReport} from 'itop/report';
import {models} from './models/index.ts';

const EPOCHS = 5;
const BATCH_SIZE = 25;
const [folder = join(tmpdir(), 'itop-report')] = process.argv.slice(2);
mkdirSync(folder, {recursive: true});

await startBackend('wasm');
const random = seededRandom('digits');
const train = digits(600);
const test = digits(300);
const {dropFraction} = setItop((EPOCHS * train.count) / BATCH_SIZE);
const schedule = {updateInterval: 10, dropFraction, seed: 1};
const logs = [
  await trainRun('Dense', 1),
  await trainRun('Static sparse', 0.05, (model) => new StaticScheduler(model)),
  await trainRun('SET-ITOP', 0.05, (model) => new SETScheduler(model, schedule)),
  await trainRun('RigL-ITOP', 0.05, (model) => new RigLScheduler(model, schedule)),
];

const runs = logs.map((path) => parseRunLog(readFileSync(path, 'utf8')));
const path = join(folder, 'report.html');
writeFileSync(path, renderReport(runs, {title: 'LeNet-300-100 on generated digits'}));
const shares = runs.map(({name, epochs}) => {
  const {total, dense} = epochs[EPOCHS - 1].flops;
  return `${name} ${((100 * total) / dense).toFixed(1)} %`;
});
console.log(`report: training FLOPs of dense ${shares.join(', ')}; ${path}`);

/** Trains from the same dense start. @returns the path of the log */
async function trainRun(name: string, density: number, schedulerFor?: (model: tf.LayersModel) => DSTScheduler) {
  const dense = models['LeNet-300-100']();
  const model = schedulerFor ? sparsify(dense, {density, seed: 1, values: 'drawn'}) : dense;
  model.compile({optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy']});
  const path = join(folder, `${name}.jsonl`);
  const log = new RunLog(model, fileSink(path), {
    name,
    scheduler: schedulerFor?.(model),
    imageShape: [28, 28],
    settings: {density, epochs: EPOCHS, batchSize: BATCH_SIZE, ΔT: schedule.updateInterval},
  });
  await model.fit(train.x, train.y, {
    epochs: EPOCHS,
    batchSize: BATCH_SIZE,
    shuffle: false, // tfjs shuffles with Math.random; these digits are in random order already
    verbose: 0,
    validationData: [test.x, test.y],
    callbacks: log.callback(),
  });
  return path;
}

/** `count` digits as tensors: `x [count, 784]`, `y [count, 10]`. */
function digits(count: number) {
  const {inputs, labels} = syntheticDigits({count, random});
  const pixels = Float32Array.from(inputs, (byte) => byte / 255);
  return {count, x: tf.tensor2d(pixels, [count, 784]), y: tf.tensor2d(oneHot(labels, 10), [count, 10])};
}
