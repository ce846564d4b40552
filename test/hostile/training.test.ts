import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {RunLog, type SchedulerState, SETScheduler, sparseWeights} from 'itop';
import {beforeAll, expect, it} from 'vitest';
import {differences, hostileRuns, mutatedText, mutatedValues, outcomeOf} from '../support/mutations.ts';
import {smallModel, trainSteps} from '../support/training.ts';

const options = {updateInterval: 3, dropFraction: 0.3, seed: 1};
let model: tf.Sequential;
let scheduler: SETScheduler;
let log: RunLog;

beforeAll(async () => {
  await tf.setBackend('cpu');
  model = smallModel();
  scheduler = new SETScheduler(model, options);
  log = new RunLog(model, () => undefined, {name: 'run', scheduler});
  await trainSteps(model, scheduler, 10);
});

/**
 * What may differ in a state that is as good as the one that was saved: the step after the last update, another random state, and
 * what a tracker cannot tell from another training, such as where connections were that are gone. The model says the rest.
 */
const FREE = [
  /^(step|random\.(c|s0|s1|s2))$/,
  /^tracker\.history\.\d+\.(step|distance|distances\.\d+|drift|drifts\.\d+|survival)$/,
  /^tracker\.layers\.\d+\.(faced\.0|explored\.data|reliable\.data|births|initial\.gaps)$/,
];

async function checkState(state: unknown): Promise<void> {
  const saved = scheduler.toJSON();
  if (state === undefined) return;
  const resumed = await outcomeOf(() => new SETScheduler(model, {...options, resume: state as SchedulerState}));
  if (!resumed) return;
  const json = JSON.parse(JSON.stringify(resumed)) as SchedulerState;
  expect(differences(json, saved).filter((path) => !FREE.some((free) => free.test(path)))).toEqual([]);
  expect(json.step).toBeGreaterThanOrEqual(json.tracker.history.at(-1)!.step);
  const drawn = Array.from({length: 20}, resumed.predict.bind(resumed, json.step + 3));
  expect(drawn.every((rate) => rate >= 0 && rate <= 1)).toBe(true);
}

it('a changed state of a scheduler is refused, or is sound by itself', async () => {
  const saved = scheduler.toJSON();
  await fc.assert(fc.asyncProperty(mutatedValues(saved), checkState), hostileRuns(200));
});

it('a changed state of a scheduler, as text, is refused, or is sound by itself', async () => {
  const text = JSON.stringify(scheduler);
  await fc.assert(
    fc.asyncProperty(mutatedText(text), async (changed) => {
      let state: unknown;
      try {
        state = JSON.parse(changed);
      } catch {
        return;
      }
      await checkState(state);
    }),
    hostileRuns(200),
  );
});

it('a changed state of a log is refused, or holds other counts that agree with each other', async () => {
  const saved = JSON.parse(JSON.stringify(log));
  await fc.assert(
    fc.asyncProperty(mutatedValues(saved), async (state) => {
      if (state === undefined) return;
      const resumed = await outcomeOf(() => new RunLog(model, () => undefined, {name: 'run', resume: state as never}));
      if (!resumed) return;
      const json = JSON.parse(JSON.stringify(resumed));
      const others = differences({...json, seconds: 0}, {...saved, seconds: 0});
      expect(
        others.filter((path) => !/^(step|epoch|flops\.\d+\.(forward|backward|denseGradient|total|dense))$/.test(path)),
      ).toEqual([]);
      for (const {forward, backward, denseGradient, total} of json.flops) {
        expect([backward, total]).toEqual([2 * forward, 3 * forward + denseGradient]);
      }
    }),
    hostileRuns(100),
  );
});

it('a changed topology among the weights of a layer is refused with all weights as they were, or is a topology', async () => {
  const [{layer, weight}] = sparseWeights(model);
  const [values, bias, packed] = layer.getWeights();
  const saved = [...packed.dataSync()];
  const before = [...values.dataSync()];
  await fc.assert(
    fc.asyncProperty(mutatedValues(saved), async (numbers) => {
      if (!Array.isArray(numbers) || !numbers.every((number) => typeof number === 'number')) return;
      const changed = tf.tensor1d(numbers, 'int32');
      const other = tf.tidy(() => values.add(1));
      const isTaken = await outcomeOf(() => {
        layer.setWeights([other, bias, changed]);
        return true;
      }).catch((error: Error) => {
        // tfjs compares the lengths itself.
        if (!error.message.includes('not compatible')) throw error;
      });
      const {topology} = weight;
      const positions = [...topology.positions()];
      expect(positions.every((position, i) => i === 0 || position > positions[i - 1])).toBe(true);
      expect(positions.every((position) => position < topology.size)).toBe(true);
      const now = [...layer.getWeights()[0].dataSync()];
      if (!isTaken) expect(now).toEqual(before);
      layer.setWeights([tf.tensor1d(before), bias, tf.tensor1d(saved, 'int32')]);
      tf.dispose([changed, other]);
    }),
    hostileRuns(100),
  );
});
