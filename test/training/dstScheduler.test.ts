import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {
  cosineDecay,
  DSTScheduler,
  type DSTOptions,
  gradientGrowth,
  magnitudePruning,
  maskedDense,
  mixedGrowth,
  randomGrowth,
  RigLScheduler,
  SETScheduler,
  sparseWeights,
  taylorPruning,
  unexploredFirstGrowth,
  type UpdateReport,
} from 'itop';
import {beforeAll, describe, expect, it} from 'vitest';
import {positionsOf, smallModel, smallNetwork, snapshot, someData, trainSteps} from '../support/training.ts';

/** The steps among the first `steps` at which a scheduler updates. */
async function updateSteps(steps: number, options: Partial<DSTOptions>): Promise<number[]> {
  const found: number[] = [];
  const onUpdate = ({step}: UpdateReport) => found.push(step);
  const scheduler = new SETScheduler(smallModel(), {updateInterval: 3, dropFraction: 0.3, ...options, onUpdate});
  for (let step = 0; step < steps; step++) await scheduler.step();
  return found;
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('DSTScheduler updates', () => {
  it('at every multiple of its interval', async () => {
    expect(await updateSteps(10, {})).toEqual([3, 6, 9]);
    expect(await updateSteps(4, {updateInterval: 1})).toEqual([1, 2, 3, 4]);
  });

  it('from beginStep on and before endStep', async () => {
    expect(await updateSteps(20, {beginStep: 6, endStep: 15})).toEqual([6, 9, 12]);
    expect(await updateSteps(20, {beginStep: 7, endStep: 16})).toEqual([9, 12, 15]);
    expect(await updateSteps(20, {beginStep: 6, endStep: 6})).toEqual([]);
  });

  it('never with an infinite interval', async () => {
    expect(await updateSteps(20, {updateInterval: Number.POSITIVE_INFINITY})).toEqual([]);
  });
});
