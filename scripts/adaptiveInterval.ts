/**
 * Is an update interval that adjusts itself as good as the best fixed one? LeNet-300-100 on MNIST, SET; the answer is in
 * docs/paper/adaptive-interval.md.
 *
 *     npx tsx scripts/adaptiveInterval.ts --data FOLDER_OF_MNIST [--table]
 *
 * Each run adds a line to docs/results/adaptive-interval.jsonl; runs that are there already are not repeated.
 */

import '@tensorflow/tfjs-backend-wasm';
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {cosineDecay, SETScheduler, setThreads, sparsify} from 'itop';
import {accelerateTfjs} from 'itop/accelerate';
import {type Dataset, normalizationOf, oneHot, orderedBatches, seededRandom, shuffledBatches} from 'itop/data';
import {lenet300100} from '../examples/models/lenet300100.ts';
import {loadMnist} from '../examples/quickstart/loadMnist.ts';

const FILE = new URL('../docs/results/adaptive-interval.jsonl', import.meta.url).pathname;
const SETTINGS = {dropFraction: 0.5, batchSize: 100, learningRate: 0.1, momentum: 0.9};
const TASKS = [
  {density: 0.02, epochs: 8, seeds: 4},
  {density: 0.05, epochs: 4, seeds: 3},
];
/** ΔT in steps. */
const FIXED = [10, 30, 100, 300, 1000];
/** Survival of grown connections to hold, as a share of that of any connection, 1 − P. */
const TARGETS = [0.1, 0.25, 0.5, 0.75];
/** Survival at which the estimate of T₀ ends. */
const PROBE_TARGET = 0.25;
/** The adaptive interval begins here and changes by this factor at most. */
const [FIRST_INTERVAL, FACTOR] = [10, 1.5];

interface Run extends Task {
  readonly method: string;
  readonly seed: number;
  readonly testAccuracy: number;
  readonly trainLoss: number;
  readonly rate: number;
  readonly reliableRate: number;
  readonly updates: number;
  /** Step of every update, and the survival that it found. */
  readonly steps: readonly number[];
  readonly survival: readonly (number | null)[];
}

interface Task {
  readonly density: number;
  readonly epochs: number;
}

/** The next ΔT, from the last one and what the last update found. */
type IntervalRule = (interval: number, survival: number | null, dropFraction: number) => number;

function adaptive(target: number): IntervalRule {
  return (interval, survival, dropFraction) => {
    if (survival === null) return interval;
    const wanted = target / Math.max(survival / (1 - dropFraction), 1e-3);
    return Math.max(1, Math.round(interval * Math.min(Math.max(wanted, 1 / FACTOR), FACTOR)));
  };
}

/** Doubles ΔT until survival reaches the target, and keeps what it found: T₀. */
function probe(target: number): IntervalRule {
  let isFound = false;
  return (interval, survival, dropFraction) => {
    isFound ||= survival !== null && survival >= target * (1 - dropFraction);
    return isFound ? interval : 2 * interval;
  };
}

type Data = {readonly train: Dataset; readonly test: Dataset};

async function train(data: Data, {density, epochs}: Task, seed: number, first: number, next: IntervalRule) {
  const {batchSize, learningRate, momentum} = SETTINGS;
  const model = sparsify(lenet300100({seed}), {density, seed});
  const optimizer = tf.train.momentum(learningRate, momentum, true);
  model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy']});
  const normalization = normalizationOf(data.train);
  const batches = shuffledBatches(data.train, seededRandom(`${seed}/batches`), {batchSize, normalization});
  const total = epochs * batches.perEpoch;
  const fractionAt = cosineDecay(SETTINGS.dropFraction, total);
  let step = 0;
  // The scheduler's steps are updates here: it is called when one is due.
  const scheduler = new SETScheduler(model, {updateInterval: 1, dropFraction: () => fractionAt(step), seed});
  const {tracker} = scheduler;
  const steps: number[] = [];
  let interval = first;
  let due = interval;
  let trainLoss = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    trainLoss = 0;
    for (const batch of batches.epoch()) {
      optimizer.setLearningRate(learningRate * (step < total / 2 ? 1 : step < (3 * total) / 4 ? 0.1 : 0.01));
      const x = tf.tensor2d(batch.inputs, [batch.count, 784]);
      const y = tf.tensor2d(oneHot(batch.labels, 10), [batch.count, 10]);
      const [loss] = (await model.trainOnBatch(x, y)) as number[];
      tf.dispose([x, y]);
      trainLoss += loss / batches.perEpoch;
      if (++step < due) continue;
      await scheduler.step();
      steps.push(step);
      interval = next(interval, tracker.history[tracker.history.length - 1].survival, fractionAt(step));
      due = step + interval;
    }
  }
  const [test] = orderedBatches(data.test, {batchSize: data.test.count, normalization}).epoch();
  const x = tf.tensor2d(test.inputs, [test.count, 784]);
  const y = tf.tensor2d(oneHot(test.labels, 10), [test.count, 10]);
  const [, accuracy] = model.evaluate(x, y, {batchSize: 1000}) as tf.Scalar[];
  const [testAccuracy] = await accuracy.data();
  const survival = tracker.history.slice(1).map((point) => point.survival && Number(point.survival.toFixed(4)));
  model.dispose();
  tf.disposeVariables();
  tf.dispose([x, y, accuracy]);
  const {rate, reliableRate} = tracker;
  return {testAccuracy, trainLoss, rate, reliableRate, updates: steps.length, steps, survival};
}

function readRuns(): Run[] {
  if (!existsSync(FILE)) return [];
  const lines = readFileSync(FILE, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** Means over the seeds, one line per method. */
function table(runs: readonly Run[]): string {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const rows = [...new Set(runs.map(({method}) => method))].map((method) => {
    const own = runs.filter((run) => run.method === method);
    const accuracies = own.map(({testAccuracy}) => 100 * testAccuracy);
    const deviation = Math.sqrt(mean(accuracies.map((each) => (each - mean(accuracies)) ** 2)));
    const cells = [
      method,
      String(own.length),
      `${mean(accuracies).toFixed(2)} ± ${deviation.toFixed(2)}`,
      mean(own.map(({trainLoss}) => trainLoss)).toFixed(4),
      mean(own.map(({rate}) => rate)).toFixed(3),
      mean(own.map(({reliableRate}) => reliableRate)).toFixed(3),
      mean(own.map(({updates}) => updates)).toFixed(0),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| interval | seeds | test accuracy, % | train loss | R_s | reliable R_s | updates |';
  return [head, '|---|---|---|---|---|---|---|', ...rows].join('\n');
}

const {values} = parseArgs({options: {data: {type: 'string'}, table: {type: 'boolean', default: false}}});
if (!values.table) {
  await tf.setBackend('wasm');
  accelerateTfjs();
  setThreads(1);
  const data = await loadMnist({folder: values.data, download: false, log: console.log});
  const methods: [method: string, first: number, rule: () => IntervalRule][] = [
    ...FIXED.map(
      (interval) => [`fixed ${interval}`, interval, () => () => interval] as [string, number, () => IntervalRule],
    ),
    ...TARGETS.map((c) => [`adaptive ${c}`, FIRST_INTERVAL, () => adaptive(c)] as [string, number, () => IntervalRule]),
    [`T0 by ${PROBE_TARGET}`, FIRST_INTERVAL, () => probe(PROBE_TARGET)],
  ];
  for (const {seeds, ...task} of TASKS) {
    for (let seed = 1; seed <= seeds; seed++) {
      for (const [method, first, rule] of methods) {
        const isDone = (run: Run) => run.method === method && run.seed === seed && run.density === task.density;
        if (readRuns().some(isDone)) continue;
        const run: Run = {...task, method, seed, ...(await train(data, task, seed, first, rule()))};
        appendFileSync(FILE, `${JSON.stringify(run)}\n`);
        console.log(task.density, method, seed, run.testAccuracy.toFixed(4), run.rate.toFixed(3), run.updates);
      }
    }
  }
}
for (const {density, epochs} of TASKS) {
  console.log(`\ndensity ${density}, ${epochs} epochs\n`);
  console.log(table(readRuns().filter((run) => run.density === density)));
}
process.exit();
