import * as tf from '@tensorflow/tfjs';
import {RigLScheduler, RunLog, SETScheduler} from 'itop';
import {beforeEach, describe, expect, it, vi} from 'vitest';
import {positionsOf, smallModel, someData, trainSteps} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

const options = {updateInterval: 3, dropFraction: 0.3, seed: 1};
const quietly = {verbose: 0, batchSize: 8} as const;

describe('SchedulerCallback', () => {
  it('steps after every batch, over epochs and over several calls of fit', async () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, options);
    const {x, y} = someData(20);
    await model.fit(x, y, {...quietly, epochs: 2, callbacks: scheduler.callback()});
    expect(scheduler.stepCount).toBe(6);
    await model.fit(x, y, {...quietly, epochs: 1, callbacks: scheduler.callback()});
    expect(scheduler.stepCount).toBe(9);
    expect(scheduler.tracker.history.map(({step}) => step)).toEqual([0, 3, 6, 9]);
  });

  it('trains as a loop of trainOnBatch and step() does', async () => {
    const [model, other] = [smallModel(), smallModel()];
    const {x, y} = someData();
    const scheduler = new RigLScheduler(model, options);
    await model.fit(x, y, {verbose: 0, batchSize: 32, epochs: 7, callbacks: scheduler.callback()});
    await trainSteps(other, new RigLScheduler(other, options), 7);
    expect(positionsOf(model)).toEqual(positionsOf(other));
  });

  it('gives the host its turn while fit is running', async () => {
    const model = smallModel();
    const {x, y} = someData();
    /** Ticks of a timer during a training in which each of 40 steps takes 25 ms and more. */
    const ticks = async (...callbacks: tf.Callback[]) => {
      let count = 0;
      const timer = setInterval(() => count++, 1);
      const busy = new (class extends tf.Callback {
        override async onBatchBegin() {
          for (const begin = performance.now(); performance.now() - begin < 25; );
        }
      })();
      await model.fit(x, y, {...quietly, epochs: 10, callbacks: [busy, ...callbacks]});
      clearInterval(timer);
      return count;
    };
    expect(await ticks(new SETScheduler(model, options).callback())).toBeGreaterThanOrEqual(5);
    expect(await ticks()).toBeLessThan(5);
  });

  it('works beside other callbacks, in any order', async () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, options);
    const {x, y} = someData();
    const epochs: number[] = [];
    const custom = () => new tf.CustomCallback({onEpochEnd: async (epoch) => void epochs.push(epoch)});
    const stopping = () => tf.callbacks.earlyStopping({monitor: 'loss', patience: 0, minDelta: 100});
    await model.fit(x, y, {...quietly, epochs: 5, callbacks: [custom(), scheduler.callback(), stopping()]});
    // The loss never falls by 100: training stops after the second epoch.
    expect(epochs).toEqual([0, 1]);
    expect(scheduler.stepCount).toBe(8);
    await model.fit(x, y, {...quietly, epochs: 1, callbacks: [scheduler.callback(), custom()]});
    expect(epochs).toEqual([0, 1, 0]);
    expect(scheduler.stepCount).toBe(12);
  });

  it.each(['before', 'behind'])('works with plain objects %s it, also with one that uses `this`', async (place) => {
    const model = smallModel();
    const {x, y} = someData();
    const begin = vi.spyOn(SETScheduler.prototype, 'begin');
    const losses: number[] = [];
    // What tfjs-vis returns: functions in an object.
    const plain = {onEpochEnd: (_: number, logs?: tf.Logs) => void losses.push(logs!.loss)};
    const stopping = tf.callbacks.earlyStopping({monitor: 'loss', patience: 0, minDelta: 100});
    const scheduler = new SETScheduler(model, options);
    const own = scheduler.callback();
    const callbacks = place === 'before' ? [plain, own, stopping] : [own, stopping, plain];
    const {history} = await model.fit(x, y, {...quietly, epochs: 5, callbacks});
    expect(losses).toEqual(history.loss);
    expect(losses).toHaveLength(2);
    expect(scheduler.stepCount).toBe(8);
    expect(begin).toHaveBeenCalledWith(20);
    const data = tf.data.zip({xs: tf.data.array(await x.array()), ys: tf.data.array(await y.array())} as never);
    await model.fitDataset(data.batch(8) as tf.data.Dataset<never>, {epochs: 1, verbose: 0, callbacks});
    expect(scheduler.stepCount).toBe(12);
    expect(losses).toHaveLength(3);
    begin.mockRestore();
  });

  it('leaves lists without it as tfjs takes them', async () => {
    const model = smallModel();
    new SETScheduler(model, options).callback();
    const {x, y} = someData();
    const epochs: number[] = [];
    const callbacks = [{onEpochEnd: (epoch: number) => void epochs.push(epoch)}];
    await model.fit(x, y, {...quietly, epochs: 2, callbacks});
    expect(epochs).toEqual([0, 1]);
    expect(callbacks).toHaveLength(1);
  });

  it.each([
    ['the scheduler', (scheduler: SETScheduler) => scheduler],
    ['a list of it', (scheduler: SETScheduler) => [scheduler]],
    ['its method', (scheduler: SETScheduler) => [scheduler.callback]],
    ['a log', (scheduler: SETScheduler, log: RunLog) => [log, scheduler.callback()]],
  ])('is asked for where %s stands in its place, which nobody would call', async (_, given) => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, options);
    const log = new RunLog(model, () => {}, {name: 'SET', scheduler});
    const {x, y} = someData(8);
    const callbacks = given(scheduler, log) as never;
    await expect(model.fit(x, y, {...quietly, callbacks})).rejects.toThrow(
      /^fit: callbacks must be callbacks, received (a scheduler or log|the function callback) itself\. Write callbacks: \[scheduler\.callback\(\)\]\.$/,
    );
    const dataset = tf.data.array([{xs: x, ys: y}]);
    await expect(model.fitDataset(dataset, {epochs: 1, verbose: 0, callbacks})).rejects.toThrow(/itself/);
    expect(scheduler.stepCount).toBe(0);
  });

  it('stands once for its scheduler, also through a log: steps would count twice', async () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, options);
    const log = new RunLog(model, () => {}, {name: 'SET', scheduler});
    const {x, y} = someData(8);
    for (const callbacks of [
      [scheduler.callback(), log.callback()],
      [scheduler.callback(), scheduler.callback()],
    ]) {
      await expect(model.fit(x, y, {...quietly, callbacks})).rejects.toThrow(
        /^fit: callbacks must step each scheduler once, received two of one\./,
      );
    }
    expect(scheduler.stepCount).toBe(0);
    const other = new SETScheduler(smallModel(), options);
    await model.fit(x, y, {...quietly, epochs: 1, callbacks: [log.callback()]});
    expect([scheduler.stepCount, other.stepCount]).toEqual([1, 0]);
  });

  it('refuses to train another model, which can be trained without it', async () => {
    const [model, other] = [smallModel(), smallModel()];
    const scheduler = new SETScheduler(model, options);
    const {x, y} = someData();
    await expect(other.fit(x, y, {...quietly, callbacks: scheduler.callback()})).rejects.toThrow(
      /^SchedulerCallback: the model in training must be the scheduler's, received ".*" without its layers\. Make a scheduler for this model\.$/,
    );
    expect(scheduler.stepCount).toBe(0);
    await other.fit(x, y, quietly);
    await model.fit(x, y, {...quietly, epochs: 1, callbacks: scheduler.callback()});
    expect(scheduler.stepCount).toBe(4);
  });

  it('lets fit reject with the error of a step; model and scheduler go on', async () => {
    const model = smallModel();
    let fraction = Number.NaN;
    const scheduler = new SETScheduler(model, {...options, dropFraction: () => fraction});
    const {x, y} = someData();
    const train = () => model.fit(x, y, {...quietly, epochs: 1, callbacks: scheduler.callback()});
    await expect(train()).rejects.toThrow(
      'DSTScheduler: layer "hidden" at step 3 was not updated. updateConnectivity: fraction must be in [0, 1], received NaN.',
    );
    fraction = 0.3;
    await train();
    expect(scheduler.stepCount).toBe(7);
    expect(scheduler.tracker.history.map(({step}) => step)).toEqual([0, 6]);
  });
});
