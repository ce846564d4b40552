import * as tf from '@tensorflow/tfjs';
import {
  DSTScheduler,
  type GMPOptions,
  GMPScheduler,
  gradientGrowth,
  magnitudePruning,
  RigLScheduler,
  randomGrowth,
  rigLItop,
  SETScheduler,
  StaticScheduler,
  setItop,
  setPruning,
  unexploredFirstGrowth,
} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {positionsOf, smallModel, trainSteps} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

const options = {updateInterval: 2, dropFraction: 0.4, seed: 1};

/** The topologies after six steps with a scheduler. */
async function trained(makeScheduler: (model: tf.LayersModel) => DSTScheduler): Promise<number[][]> {
  const model = smallModel();
  await trainSteps(model, makeScheduler(model), 6);
  return positionsOf(model);
}

describe('presets', () => {
  const random = {...options, pruner: magnitudePruning(), grower: randomGrowth()};
  const gradient = {...options, pruner: magnitudePruning(), grower: gradientGrowth()};
  const unset = {pruner: undefined, grower: undefined};

  it('SETScheduler drops by magnitude and grows at random', async () => {
    const expected = await trained((model) => new DSTScheduler(model, random));
    expect(await trained((model) => new SETScheduler(model, options))).toEqual(expected);
    expect(await trained((model) => new SETScheduler(model, {...options, ...unset}))).toEqual(expected);
  });

  it('SETScheduler takes another pruner or grower', async () => {
    const byDefault = await trained((model) => new SETScheduler(model, options));
    for (const parts of [{pruner: setPruning()}, {grower: unexploredFirstGrowth()}]) {
      const expected = await trained((model) => new DSTScheduler(model, {...random, ...parts}));
      expect(await trained((model) => new SETScheduler(model, {...options, ...parts}))).toEqual(expected);
      expect(expected).not.toEqual(byDefault);
    }
  });

  it('RigLScheduler drops by magnitude and grows by gradient', async () => {
    const expected = await trained((model) => new DSTScheduler(model, gradient));
    expect(await trained((model) => new RigLScheduler(model, options))).toEqual(expected);
    expect(await trained((model) => new RigLScheduler(model, {...options, ...unset}))).toEqual(expected);
  });

  it('refuse what they choose themselves', () => {
    const given = {...options, grower: randomGrowth()};
    expect(() => new RigLScheduler(smallModel(), given)).toThrow(
      'RigLScheduler: grower must be left out, received {"name":"randomGrowth"}. To choose it, use DSTScheduler.',
    );
    expect(() => new GMPScheduler(smallModel(), {...options, density: 0.1} as GMPOptions)).toThrow(
      'GMPScheduler: dropFraction must be left out, received 0.4.',
    );
  });

  it('StaticScheduler keeps the connections of the start, R_s is the density', async () => {
    const model = smallModel();
    const before = positionsOf(model);
    const scheduler = new StaticScheduler(model);
    await trainSteps(model, scheduler, 20);
    expect(positionsOf(model)).toEqual(before);
    expect(scheduler.stepCount).toBe(20);
    expect(scheduler.tracker.rate).toBe((58 + 19) / 256);
    expect(new StaticScheduler(model, {resume: scheduler.toJSON()}).stepCount).toBe(20);
  });

  it('GMPScheduler prunes by magnitude unless told otherwise', async () => {
    const density = () => 0.1;
    const pruned = async (parts: object) =>
      trained((model) => new GMPScheduler(model, {updateInterval: 2, density, seed: 1, ...parts}));
    const expected = await pruned({pruner: magnitudePruning()});
    expect(expected.map(({length}) => length)).toEqual([19, 6]);
    expect(await pruned({})).toEqual(expected);
    expect(await pruned({pruner: undefined})).toEqual(expected);
    expect(await pruned({density: 0.1})).toEqual(expected);
  });

  it('setItop and rigLItop are the settings of the paper', () => {
    for (const [schedule, updateInterval] of [
      [setItop(100_000), 1500],
      [rigLItop(100_000), 4000],
    ] as const) {
      expect(schedule.updateInterval).toBe(updateInterval);
      expect([0, 50_000, 100_000].map(schedule.dropFraction)).toEqual([0.5, expect.closeTo(0.2525, 12), 0.005]);
    }
  });
});
