import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {maskedConv2d, maskedDense, SETScheduler, setThreads, threads} from 'itop';
import {afterEach, beforeAll, describe, expect, it, vi} from 'vitest';
import {arena} from '../../src/fused/arena.ts';
import {ThreadPool} from '../../src/fused/threadPool.ts';
import {snapshot} from '../support/training.ts';

/** Networks with work enough for threads, over 200 numbers as vectors, or as images. */
const networks: Record<string, () => tf.LayersModel> = {
  'fully connected': fullyConnected,
  convolutional,
  'partly dense': partlyDense,
};

function convolutional(): tf.LayersModel {
  const input = tf.input({shape: [200]});
  const convolution = (strides: number, seed: number) => [
    maskedConv2d({filters: 12, kernelSize: 3, padding: 'same', density: 0.4, strides, seed}),
    tf.layers.batchNormalization(),
    tf.layers.reLU(),
  ];
  const on = (x: tf.SymbolicTensor, layers: tf.layers.Layer[]) =>
    layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, x);
  const first = on(input, [tf.layers.reshape({targetShape: [10, 10, 2]}), ...convolution(1, 1)]);
  const sum = tf.layers.add().apply([first, on(first, convolution(1, 2))]) as tf.SymbolicTensor;
  const pooled = on(sum, [tf.layers.maxPooling2d({poolSize: 2}), ...convolution(2, 3)]);
  const output = maskedDense({units: 10, density: 0.5, activation: 'softmax', seed: 4});
  return tf.model({inputs: input, outputs: on(pooled, [tf.layers.globalAveragePooling2d({}), output])});
}

function fullyConnected(): tf.LayersModel {
  return tf.sequential({
    layers: [
      maskedDense({units: 300, density: 0.3, activation: 'relu', inputShape: [200], seed: 1}),
      maskedDense({units: 200, density: 0.3, activation: 'tanh', seed: 2}),
      maskedDense({units: 10, density: 0.5, activation: 'softmax', seed: 3}),
    ],
  });
}

function partlyDense(): tf.LayersModel {
  const start = (seed: number) => tf.initializers.heNormal({seed});
  return tf.sequential({
    layers: [
      tf.layers.dense({units: 147, activation: 'relu', inputShape: [200], kernelInitializer: start(1)}),
      tf.layers.reshape({targetShape: [7, 7, 3]}),
      tf.layers.conv2d({filters: 10, kernelSize: 3, activation: 'relu', kernelInitializer: start(2)}),
      tf.layers.flatten(),
      maskedDense({units: 100, density: 0.3, activation: 'tanh', seed: 2}),
      tf.layers.dense({units: 10, activation: 'softmax', kernelInitializer: start(3)}),
    ],
  });
}

async function started(count: number): Promise<void> {
  setThreads(count);
  while (arena().available() < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Trains for some steps with connectivity updates. */
async function train(count: number, network = fullyConnected) {
  const model = network();
  model.compile({optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy'});
  const x = tf.randomNormal([128, 200], 0, 1, 'float32', 1);
  const y = tf.tidy(() => tf.oneHot(tf.range(0, 128, 1, 'int32').mod(10).cast('int32'), 10).cast('float32'));
  const scheduler = new SETScheduler(model, {updateInterval: 4, dropFraction: 0.3, seed: 1});
  const losses: number[] = [];
  let used = 1;
  for (let step = 0; step < 12; step++) {
    // The first step takes memory, with which the threads start.
    if (step === 2) await started(count);
    used = arena().available();
    losses.push((await model.trainOnBatch(x, y)) as number);
    await scheduler.step();
  }
  const state = {...snapshot(model), predictions: tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync().slice())};
  const pool = arena().threadPool();
  tf.dispose([x, y]);
  model.dispose();
  return {losses, state, used, pool};
}

describe.each(['cpu', 'wasm'])('threads on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });
  afterEach(() => setThreads());

  it.each(Object.keys(networks))('give the same results to the bit as one, with a %s network', async (kind) => {
    const one = await train(1, networks[kind]);
    expect(one.used).toBe(1);
    for (const count of [2, 3]) {
      const several = await train(count, networks[kind]);
      expect(several.used).toBe(count);
      expect(several.losses).toEqual(one.losses);
      expect(several.state).toEqual(one.state);
    }
  });
});

describe('threads', () => {
  afterEach(() => setThreads());

  it('end with the last model, and start again with the next', async () => {
    await tf.setBackend('cpu');
    const {pool} = await train(2);
    expect(pool.size).toBe(2);
    expect(pool.available).toBe(1);
    expect((await train(2)).used).toBe(2);
  });

  it('that fail leave the model as it was before the step', async () => {
    const losses = async (failing?: number) => {
      const model = fullyConnected();
      model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy'});
      const x = tf.randomNormal([32, 200], 0, 1, 'float32', 1);
      const y = tf.tidy(() => tf.oneHot(tf.range(0, 32, 1, 'int32').mod(10).cast('int32'), 10).cast('float32'));
      const seen: number[] = [];
      for (let step = 0; step < 6; step++) {
        if (step === failing) {
          // Both programs of the step run to their end; then it turns out that a thread has failed.
          const run = ThreadPool.prototype.run;
          let programs = 0;
          const spy = vi.spyOn(ThreadPool.prototype, 'run').mockImplementation(function (this: ThreadPool, program) {
            run.call(this, program);
            if (++programs === 2) throw new Error('a thread has failed');
          });
          await expect(model.trainOnBatch(x, y)).rejects.toThrow('a thread has failed');
          spy.mockRestore();
        }
        seen.push((await model.trainOnBatch(x, y)) as number);
      }
      tf.dispose([x, y]);
      model.dispose();
      return seen;
    };
    await tf.setBackend('cpu');
    expect(await losses(3)).toEqual(await losses());
  });

  it('are as many as asked for, by default no more than cores', () => {
    expect(threads()).toBeLessThanOrEqual(4);
    expect(threads()).toBeGreaterThanOrEqual(1);
    setThreads(3);
    expect(threads()).toBe(3);
    expect(() => setThreads(0)).toThrow(
      new RangeError(
        'setThreads: count must be a positive integer, received 0. Leave it out for one for each core, at most 4.',
      ),
    );
  });
});
