import * as tf from '@tensorflow/tfjs';
import {maskedDense, setFusedStep} from 'itop';
import {afterEach, expect, test, vi} from 'vitest';
import {FusedModel} from '../../src/fused/fusedModel.ts';
import {installFusedStep} from '../../src/fused/install.ts';
import {describeBackends} from '../support/backends.ts';
import {someData} from '../support/training.ts';

function build(): tf.Sequential {
  return tf.sequential({layers: [maskedDense({units: 4, inputShape: [12], density: 0.5, seed: 1})]});
}

function compile(model: tf.Sequential): tf.Sequential {
  model.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
  return model;
}

/** True if a model's steps, evaluations and predictions run fused; expects all three to do the same. */
async function isFused(model: tf.Sequential): Promise<boolean> {
  const spies = (['train', 'evaluate', 'predict'] as const).map((name) => vi.spyOn(FusedModel.prototype, name));
  const {x, y} = someData();
  await model.trainOnBatch(x, y);
  await model.trainOnBatch(x, y);
  tf.dispose([model.evaluate(x, y), model.predict(x), x, y]);
  const counts = spies.map(({mock}) => mock.calls.length > 0);
  for (const spy of spies) spy.mockRestore();
  expect(new Set(counts).size).toBe(1);
  return counts[0];
}

function dispose(model: tf.Sequential): void {
  model.optimizer.dispose();
  model.dispose();
}

describeBackends('the switch of the fused step', () => {
  afterEach(() => {
    setFusedStep(true);
    installFusedStep();
  });

  test('acts on all models at once, also on those that are compiled already', async () => {
    const model = compile(build());
    expect(await isFused(model)).toBe(true);
    setFusedStep(false);
    expect(await isFused(model)).toBe(false);
    setFusedStep(true);
    expect(await isFused(model)).toBe(true);
    dispose(model);
  });

  test('of one model leaves the others alone, and holds when the model is compiled again', async () => {
    const [model, other] = [compile(build()), compile(build())];
    setFusedStep(false, model);
    expect(await isFused(model)).toBe(false);
    expect(await isFused(other)).toBe(true);
    model.optimizer.dispose();
    expect(await isFused(compile(model))).toBe(false);
    for (const one of [model, other]) dispose(one);
  });

  test('is overruled by the setting of a model', async () => {
    const model = compile(build());
    setFusedStep(false);
    setFusedStep(true, model);
    expect(await isFused(model)).toBe(true);
    dispose(model);
  });

  test('putting the methods of tfjs back leaves what others have put on top', async () => {
    const {prototype} = tf.LayersModel as unknown as {prototype: Record<string, (...args: unknown[]) => unknown>};
    const ours = prototype.predictLoop;
    let calls = 0;
    prototype.predictLoop = function (...args) {
      calls++;
      return ours.apply(this, args);
    };
    const theirs = prototype.predictLoop;
    const uninstall = installFusedStep();
    uninstall();
    expect(prototype.predictLoop).toBe(theirs);
    const model = compile(build());
    expect(await isFused(model)).toBe(false);
    expect(calls).toBe(1);
    prototype.predictLoop = ours;
    dispose(model);
  });
}, ['cpu', 'wasm']);

test('setFusedStep asks for a boolean, and for a model that knows its input', () => {
  expect(() => setFusedStep('off' as never)).toThrow('setFusedStep: isOn must be a boolean, received "off".');
  const open = tf.sequential();
  expect(() => setFusedStep(false, open)).toThrow('setFusedStep: model must know its input');
});
