import * as tf from '@tensorflow/tfjs';
import {SETScheduler, StaticScheduler} from 'itop';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {fewUpdatesWarning} from '../../src/training/fewUpdates.ts';
import {smallModel, someData} from '../support/training.ts';

describe('a training with hardly any update', () => {
  const times = {updateInterval: 300, dropFraction: 0.5};

  it.each([
    [60, {}, 'received 60 steps with an updateInterval of 300, which makes none. An updateInterval of 3 makes 20.'],
    [600, {}, 'received 600 steps with an updateInterval of 300, which makes 2. An updateInterval of 30 makes 20.'],
    [7, {}, 'received 7 steps with an updateInterval of 300, which makes none. An updateInterval of 1 makes 7.'],
    [1000, {beginStep: 500, endStep: 700}, 'which makes 1. An updateInterval of 10 makes 20.'],
    [100, {beginStep: 200}, 'No updateInterval makes more: train for longer, or from beginStep to endStep.'],
  ])('%i steps, %o', (steps, change, message) => {
    expect(fewUpdatesWarning('here', {...times, ...change}, steps)).toContain(message);
  });

  it('counts updates as a scheduler makes them', () => {
    for (const {updateInterval, beginStep, endStep, steps} of [
      {updateInterval: 7, beginStep: 0, endStep: 22, steps: 100},
      {updateInterval: 7, beginStep: 7, endStep: 21, steps: 100},
      {updateInterval: 7, beginStep: 8, endStep: 21.5, steps: 100},
      {updateInterval: 7, beginStep: 0, endStep: Number.POSITIVE_INFINITY, steps: 20},
    ]) {
      let count = 0;
      for (let step = 1; step <= steps; step++) {
        if (step % updateInterval === 0 && step >= beginStep && step < endStep) count++;
      }
      const warning = fewUpdatesWarning('here', {updateInterval, dropFraction: 0.5, beginStep, endStep}, steps);
      if (count >= 3) expect(warning).toBeUndefined();
      else expect(warning).toContain(`which makes ${count}.`);
    }
  });

  it.each([900, 1e6])('is none of %i steps', (steps) => {
    expect(fewUpdatesWarning('here', times, steps)).toBeUndefined();
  });
});

describe('fit', () => {
  beforeEach(async () => {
    await tf.setBackend('cpu');
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  /** What was said, but for what tfjs says. */
  const warnings = () =>
    vi
      .mocked(console.warn)
      .mock.calls.flat()
      .filter((text) => text.startsWith('DSTScheduler'));
  const twice = {epochs: 2, batchSize: 8, verbose: 0} as const;

  it('warns once of a training that is shorter than the update interval, and is silent about static ones', async () => {
    const model = smallModel();
    const {x, y} = someData();
    await model.fit(x, y, {...twice, callbacks: new StaticScheduler(model).callback()});
    expect(warnings()).toEqual([]);
    const scheduler = new SETScheduler(model, {updateInterval: 1500, dropFraction: 0.3, seed: 1});
    await model.fit(x, y, {...twice, callbacks: scheduler.callback()});
    await model.fit(x, y, {...twice, callbacks: scheduler.callback()});
    expect(warnings()).toEqual([
      'DSTScheduler: a training must have several updates, received 8 steps with an updateInterval of 1500, which makes none. ' +
        'An updateInterval of 1 makes 8. If several calls of fit make one training, call scheduler.begin(steps) with the steps of ' +
        'them all before the first.',
    ]);
  });

  it('counts the updates that were made before', async () => {
    const model = smallModel();
    const {x, y} = someData();
    const scheduler = new SETScheduler(model, {updateInterval: 4, dropFraction: 0.3, seed: 1});
    await model.fit(x, y, {...twice, epochs: 3, callbacks: scheduler.callback()});
    await model.fit(x, y, {...twice, callbacks: scheduler.callback()});
    expect(warnings()).toEqual([]);
  });

  it('is silent where it is called epoch by epoch, also by initialEpoch', async () => {
    const model = smallModel();
    const {x, y} = someData();
    const scheduler = new SETScheduler(model, {updateInterval: 3, dropFraction: 0.3, seed: 1});
    for (let epoch = 0; epoch < 2; epoch++) {
      await model.fit(x, y, {...twice, epochs: 1, callbacks: scheduler.callback()});
      await model.fit(x, y, {...twice, initialEpoch: epoch, epochs: epoch + 1, callbacks: scheduler.callback()});
    }
    expect(warnings()).toEqual([]);
    expect(scheduler.tracker.history).toHaveLength(6);
  });
});
