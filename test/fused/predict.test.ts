import * as tf from '@tensorflow/tfjs';
import {cubicDensity, GMPScheduler, maskedConv2d, maskedDense, SETScheduler} from 'itop';
import {afterEach, expect, test, vi} from 'vitest';
import {arena} from '../../src/fused/arena.ts';
import {FusedModel} from '../../src/fused/fusedModel.ts';
import {installFusedStep} from '../../src/fused/install.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {disposeOptimizer} from '../support/optimizers.ts';
import {someData} from '../support/training.ts';

function network(): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.reshape({targetShape: [3, 2, 2], inputShape: [12]}),
      maskedConv2d({filters: 5, kernelSize: 3, padding: 'same', density: 0.5, useBias: false, seed: 1}),
      tf.layers.batchNormalization({momentum: 0.5}),
      tf.layers.reLU(),
      tf.layers.flatten(),
      tf.layers.dropout({rate: 0.5}),
      maskedDense({units: 4, density: 0.5, activation: 'softmax', seed: 3}),
    ],
  });
}

/** What the loops predict, having checked that it was them, and what ops predict. */
function predictBoth(model: tf.LayersModel, x: tf.Tensor, batchSize = 32): [Float32Array, Float32Array] {
  const byLoops = vi.spyOn(FusedModel.prototype, 'predict');
  const predict = () => tf.tidy(() => (model.predict(x, {batchSize}) as tf.Tensor).dataSync<'float32'>().slice());
  const fused = predict();
  expect(byLoops).toHaveBeenCalledTimes(1);
  installFusedStep()();
  const byOps = predict();
  expect(byLoops).toHaveBeenCalledTimes(1);
  byLoops.mockRestore();
  installFusedStep();
  return [fused, byOps];
}

describeBackends('predictions in the heap of the loops', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    installFusedStep();
  });

  test.each([
    1, 2, 31, 32, 33, 200,
  ])('of %i samples are those of ops, for a model that was never compiled', (samples) => {
    const model = network();
    const {x, y} = someData(samples);
    expectClose(...predictBoth(model, x, 7));
    tf.dispose([x, y]);
    model.dispose();
  });

  test.each([
    ['SET', SETScheduler, {dropFraction: 0.5}],
    ['gradual pruning', GMPScheduler, {density: cubicDensity(0.5, 0.2, {beginStep: 1, endStep: 6})}],
  ] as const)('follow training, its moving averages and topologies by %s', async (_, Scheduler, options) => {
    const model = network();
    const optimizer = tf.train.momentum(0.05, 0.9);
    model.compile({optimizer, loss: 'categoricalCrossentropy'});
    const scheduler = new Scheduler(model, {updateInterval: 2, seed: 1, ...options} as never);
    const {x, y} = someData(40);
    let last: Float32Array | undefined;
    for (let step = 0; step < 8; step++) {
      await model.trainOnBatch(x, y);
      await scheduler.step();
      const [fused, byOps] = predictBoth(model, x);
      expectClose(fused, byOps);
      expect(fused).not.toEqual(last);
      last = fused;
    }
    tf.dispose([x, y]);
    model.dispose();
    disposeOptimizer(optimizer);
  });

  test('of more and of fewer samples than before are those of ops', () => {
    const model = network();
    for (const samples of [1, 2, 5, 3, 40, 33, 1]) {
      const {x, y} = someData(samples);
      expectClose(...predictBoth(model, x));
      tf.dispose([x, y]);
    }
    model.dispose();
  });

  test('follow weights that were set from outside', () => {
    const model = network();
    const {x, y} = someData(5);
    const [before] = predictBoth(model, x);
    const dense = model.layers[model.layers.length - 1];
    const weight = dense.trainableWeights[0].read() as tf.Variable;
    tf.tidy(() => weight.assign(weight.mul(-1)));
    const [after, byOps] = predictBoth(model, x);
    expectClose(after, byOps);
    expect(after).not.toEqual(before);
    tf.dispose([x, y]);
    model.dispose();
  });

  test('fail as those of ops once the weights are disposed as by tf.disposeVariables', () => {
    const model = network();
    const {x, y} = someData(5);
    predictBoth(model, x);
    for (const {val} of model.trainableWeights as unknown as {val: tf.Variable}[]) tf.engine().disposeVariable(val);
    expect(() => model.predict(x)).toThrow("reading 'backend'");
    installFusedStep()();
    expect(() => model.predict(x)).toThrow("reading 'backend'");
    tf.dispose([x, y]);
    model.dispose();
  });

  test('give the heap back with the model, and the room for gradients never takes', async () => {
    const {heap} = arena();
    const before = heap.bytesInUse;
    const [{x, y}, model] = [someData(64), network()];
    const predict = () => tf.dispose(model.predict(x));
    predict();
    const forPredictions = heap.bytesInUse - before;
    const optimizer = tf.train.sgd(0.1);
    model.compile({optimizer, loss: 'categoricalCrossentropy'});
    for (let step = 0; step < 2; step++) await model.trainOnBatch(x, y);
    expect(heap.bytesInUse - before).toBeGreaterThan(1.5 * forPredictions);
    model.dispose();
    // The words of two crews of threads stay: one ended with the model before it was compiled, one now.
    expect(heap.bytesInUse - before).toBeLessThanOrEqual(2 * 64);
    tf.dispose([x, y]);
    optimizer.dispose();
  });

  test('of integers are left to ops', () => {
    const byLoops = vi.spyOn(FusedModel.prototype, 'predict');
    const model = network();
    const x = tf.ones([3, 12], 'int32');
    tf.dispose(model.predict(x));
    expect(byLoops).not.toHaveBeenCalled();
    x.dispose();
    model.dispose();
  });
}, ['cpu', 'wasm']);
