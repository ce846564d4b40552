import * as tf from '@tensorflow/tfjs';
import {maskedDense, replayable, setFusedStep} from 'itop';
import {expect, test, vi} from 'vitest';
import {FusedModel} from '../../src/fused/fusedModel.ts';
import '../../src/fused/register.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {disposeOptimizer} from '../support/optimizers.ts';
import {someData} from '../support/training.ts';

type Loss = string | ((target: tf.Tensor, output: tf.Tensor) => tf.Tensor);

const optimizers: Record<string, () => tf.Optimizer> = {
  SGD: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  'Nesterov momentum': () => tf.train.momentum(0.1, 0.9, true),
  Adam: () => tf.train.adam(0.01),
  RMSProp: () => tf.train.rmsprop(0.01),
  'RMSProp with momentum': () => tf.train.rmsprop(0.01, 0.9, 0.5),
};

/** A step on a new model, the second hidden layer of which is frozen. */
async function step(optimizer: tf.Optimizer, isFused: boolean, loss: Loss = 'meanSquaredError') {
  const {x, y} = someData(20);
  const model = tf.sequential({
    layers: [
      maskedDense({units: 16, density: 0.5, seed: 1, activation: 'relu', inputShape: [x.shape[1]!]}),
      maskedDense({units: 8, density: 0.5, seed: 2, activation: 'relu'}),
      maskedDense({units: y.shape[1]!, density: 0.5, seed: 3}),
    ],
  });
  model.compile({optimizer, loss});
  model.layers[1].trainable = false;
  setFusedStep(isFused, model);
  const spy = vi.spyOn(FusedModel.prototype, 'train');
  const error = await model.trainOnBatch(x, y).then(
    () => '',
    (thrown: Error) => thrown.message,
  );
  const results = spy.mock.results.map(({value}) => value !== undefined);
  spy.mockRestore();
  const slots = await optimizer.getWeights();
  const result = {
    error,
    wasFused: results.includes(true),
    weights: model.getWeights().map((weight) => [...weight.dataSync()]),
    // Names of variables count the models that had them before.
    names: slots.map(({name}) => name.replaceAll(/_[A-Za-z]*\d+|_\d+/g, '')),
    slots: slots.map(({tensor}) => [...tensor.dataSync()]),
  };
  tf.dispose([x, y, slots[0].tensor]);
  model.dispose();
  disposeOptimizer(optimizer);
  return result;
}

describeBackends('the first step of an optimizer', () => {
  test.each(Object.keys(optimizers))('%s is fused, and leaves weights, slots and names as by ops', async (name) => {
    const fused = await step(optimizers[name](), true);
    const byOps = await step(optimizers[name](), false);
    expect([fused.wasFused, byOps.wasFused]).toEqual([true, false]);
    expect(fused.names).toEqual(byOps.names);
    for (const part of ['weights', 'slots'] as const) {
      for (const [i, values] of byOps[part].entries()) expectClose(fused[part][i], values, 1e-5);
    }
  });

  test('makes no slots if the loss throws', async () => {
    const loss = replayable(() => {
      throw new Error('no loss today');
    });
    const {error, names} = await step(optimizers.Adam(), true, loss);
    expect([error, names]).toEqual(['no loss today', ['iter']]);
  });
}, ['cpu', 'wasm']);
