import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import * as one from 'itop';
import {beforeAll, expect, test, vi} from 'vitest';
import {expectClose} from '../support/close.ts';
import {memoryStorage} from '../support/storage.ts';
import {someData} from '../support/training.ts';

type Library = typeof one;

/** Another copy of the library on the same TensorFlow.js, as an ES module beside a CommonJS one. */
let other: Library;

beforeAll(async () => {
  await tf.setBackend('wasm');
  vi.resetModules();
  other = await import('itop');
  expect(other.MaskedDense).not.toBe(one.MaskedDense);
});

function build({maskedDense}: Library): tf.Sequential {
  return tf.sequential({
    layers: [
      maskedDense({units: 16, inputShape: [12], density: 0.3, seed: 1, activation: 'relu'}),
      maskedDense({units: 4, density: 0.5, seed: 2}),
    ],
  });
}

test.each([
  ['SETScheduler', () => other, () => one],
  ['RigLScheduler', () => one, () => other],
] as const)('%s of one copy updates the layers of another', async (name, layersOf, schedulerOf) => {
  const model = build(layersOf());
  const optimizer = tf.train.momentum(0.05, 0.9);
  model.compile({optimizer, loss: 'meanSquaredError'});
  const {[name]: Scheduler, summary, flopsReport, toDense} = schedulerOf();
  const scheduler = new Scheduler(model, {updateInterval: 3, dropFraction: 0.3, seed: 3});
  const {x, y} = someData();
  const losses: number[] = [];
  for (let step = 0; step < 12; step++) {
    losses.push((await model.trainOnBatch(x, y)) as number);
    await scheduler.step();
  }
  expect(losses[11]).toBeLessThan(losses[0]);
  expect(scheduler.tracker.rate).toBeGreaterThan(0.4);
  expect(summary(model).layers.map(({isSparse}) => isSparse)).toEqual([true, true]);
  expect(flopsReport(model).layers).toHaveLength(2);
  const dense = toDense(model);
  expect(dense.layers.map((layer) => layer.getClassName())).toEqual(['Dense', 'Dense']);
  const [expected, actual] = [model.predict(x), dense.predict(x)] as tf.Tensor[];
  expectClose(await actual.data<'float32'>(), await expected.data<'float32'>(), 1e-5);
});

test('models trained by layers of either copy are the same', async () => {
  const {x, y} = someData();
  const results: number[][] = [];
  for (const library of [one, other]) {
    const model = build(library);
    model.compile({optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError'});
    const losses: number[] = [];
    for (let step = 0; step < 4; step++) losses.push((await model.trainOnBatch(x, y)) as number);
    results.push(losses);
  }
  expectClose(results[0], results[1], 1e-6);
});

test('a loaded model has the layers of the copy that came last, which the other one knows', async () => {
  const model = build(one);
  const storage = memoryStorage();
  await model.save(storage.save);
  const loaded = await tf.loadLayersModel(storage.load());
  expect(one.sparseWeights(loaded).map(({name}) => name)).toEqual(one.sparseWeights(model).map(({name}) => name));
  const {x} = someData();
  const [expected, actual] = [model.predict(x), loaded.predict(x)] as tf.Tensor[];
  expectClose(await actual.data<'float32'>(), await expected.data<'float32'>(), 1e-6);
});

test('two entries of one copy share their modules', async () => {
  const {SparseWeight} = await import('itop/core');
  const [{weight}] = other.sparseWeights(build(other));
  expect(weight).toBeInstanceOf(SparseWeight);
  expect(one.sparseWeights(build(one))[0].weight).not.toBeInstanceOf(SparseWeight);
});

test('layers of a version that cannot be worked with are refused', () => {
  class Newer extends one.MaskedDense {}
  Object.defineProperty(Newer.prototype, Symbol.for('itop.sparse'), {value: {format: 99, stockName: 'Dense'}});
  const model = tf.sequential({layers: [new Newer({units: 2, inputShape: [3], density: 0.5})]});
  expect(() => one.sparseWeights(model)).toThrow('itop: layers must be of one version of the library, received "');
});
