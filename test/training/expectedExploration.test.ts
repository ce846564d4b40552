import * as tf from '@tensorflow/tfjs';
import {
  cosineDecay,
  cubicDensity,
  DSTScheduler,
  gradientGrowth,
  magnitudePruning,
  maskedDense,
  predictExploration,
  randomGrowth,
  type Schedule,
  SETScheduler,
  summary,
  unexploredFirstGrowth,
} from 'itop';
import {beforeEach, describe, expect, it, vi} from 'vitest';
import {smallModel, someData} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

/** A network 100-200-100-4 of 40,400 positions, compiled. */
function network(density: number, seed: number): tf.Sequential {
  const units = [200, 100, 4];
  const layers = units.map((units, i) =>
    maskedDense({
      name: `fc${i}`,
      units,
      density: i === 2 ? 0.5 : density,
      seed: `${seed}/${i}`,
      activation: i === 2 ? 'softmax' : 'relu',
      ...(i === 0 && {inputShape: [100]}),
    }),
  );
  const model = tf.sequential({layers});
  model.compile({optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy'});
  return model;
}

describe('R_s of real trainings by SET is what was predicted, within 0.01', () => {
  const steps = 60;
  const cases: [density: number, updateInterval: number, dropFraction: number | Schedule, seed: number][] = [
    [0.05, 3, 0.3, 1],
    [0.05, 3, 0.3, 2],
    [0.05, 12, cosineDecay(0.5, steps), 3],
    [0.02, 2, 0.5, 4],
    [0.02, 5, cosineDecay(0.9, steps), 5],
    [0.2, 4, cosineDecay(0.5, steps), 6],
    [0.2, 20, 0.9, 7],
    [0.5, 6, 0.1, 8],
  ];
  const growers = {random: randomGrowth(), 'unexplored-first': unexploredFirstGrowth()};

  it.each(
    cases.flatMap(([density, updateInterval, dropFraction, seed]) =>
      Object.entries(growers).map(([growth, grower]) => ({
        growth,
        density,
        updateInterval,
        dropFraction,
        seed,
        grower,
      })),
    ),
  )('$growth growth, density $density, ΔT = $updateInterval, seed $seed', async (each) => {
    const {density, updateInterval, dropFraction, seed, grower} = each;
    const model = network(density, seed);
    const {layers} = summary(model);
    const forecast = predictExploration({layers, updateInterval, dropFraction, steps, grower});
    const scheduler = new SETScheduler(model, {updateInterval, dropFraction, seed, grower});
    expect(scheduler.predict(steps)).toBe(forecast.rate);
    const {x, y} = someData(32, 100);
    for (let step = 1; step <= steps; step++) {
      await model.trainOnBatch(x, y);
      await scheduler.step();
      // From the state in the middle, the end is predicted too.
      if (step === steps / 2) expect(Math.abs(scheduler.predict(steps) - forecast.rate)).toBeLessThan(0.01);
    }
    const {history} = scheduler.tracker;
    expect(history.map((point) => point.step)).toEqual(forecast.history.map((point) => point.step));
    for (const [i, {rate}] of history.entries()) expect(Math.abs(rate - forecast.history[i].rate)).toBeLessThan(0.01);
    expect(scheduler.predict(steps)).toBe(scheduler.tracker.rate);
  });

  it('frozen layers do not explore', () => {
    const model = network(0.1, 1);
    model.layers[0].trainable = false;
    model.compile({optimizer: 'sgd', loss: 'categoricalCrossentropy'});
    const scheduler = new SETScheduler(model, {updateInterval: 1, dropFraction: 1, grower: unexploredFirstGrowth()});
    // fc0 stays at 2,000 of 20,000, the 20,400 of the others are explored after ten updates.
    expect(scheduler.predict(10)).toBeCloseTo((2000 + 20_400) / 40_400, 12);
  });
});

describe('a target for R_s', () => {
  const options = {updateInterval: 3, dropFraction: 0.1, seed: 1, targetRate: 0.9};

  it('that will be missed is worth one warning, in fit', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const model = smallModel();
    const {x, y} = someData();
    const callbacks = new SETScheduler(model, options).callback();
    await model.fit(x, y, {epochs: 5, initialEpoch: 2, batchSize: 8, verbose: 0, callbacks});
    await model.fit(x, y, {epochs: 2, batchSize: 8, verbose: 0, callbacks});
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^DSTScheduler: these settings end at R_s = 0\.\d\d after 12 steps, below the targetRate of 0\.9\. No updateInterval reaches it: train for longer, or with a larger dropFraction\. If several calls of fit make one training, call scheduler\.begin\(steps\) with the steps of them all before the first\.$/,
        ),
      ],
    ]);
    warn.mockRestore();
  });

  it('is not asked about for the parts of a training that begin() has announced', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const model = smallModel();
    const {x, y} = someData();
    const scheduler = new SETScheduler(model, {...options, targetRate: 0.5});
    scheduler.begin(80);
    for (let part = 0; part < 10; part++) {
      await model.fit(x, y, {epochs: 2, batchSize: 8, verbose: 0, callbacks: scheduler.callback()});
    }
    expect(warn).not.toHaveBeenCalled();
    expect(scheduler.tracker.rate).toBeGreaterThan(0.5);
    new SETScheduler(model, options).begin(80);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  it('names the longest interval that reaches it', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const scheduler = new SETScheduler(smallModel(), {...options, updateInterval: 50, dropFraction: 0.5});
    scheduler.begin(100);
    const [, interval] = /An updateInterval of (\d+) reaches it/.exec(warn.mock.calls[0][0])!;
    const withInterval = (updateInterval: number) =>
      new SETScheduler(smallModel(), {...options, updateInterval, dropFraction: 0.5}).predict(100);
    expect(withInterval(Number(interval))).toBeGreaterThanOrEqual(0.9);
    expect(withInterval(Number(interval) + 1)).toBeLessThan(0.9);
    warn.mockRestore();
  });

  it('is not asked about for a training that is meant to be stopped', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const scheduler = new SETScheduler(smallModel(), options);
    scheduler.begin(1e15);
    expect(warn).not.toHaveBeenCalled();
    expect(() => scheduler.predict(1e15)).toThrow(
      'DSTScheduler: a training must have at most 100000 updates, received one of',
    );
    warn.mockRestore();
  });

  it('that will be reached is worth none, nor is a number of steps that nobody knows', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const model = smallModel();
    const {x, y} = someData();
    const data = tf.data.zip({xs: tf.data.array(await x.array()), ys: tf.data.array(await y.array())} as never);
    new SETScheduler(model, {...options, targetRate: 0.3}).begin(100);
    const endless = data.filter(() => true).batch(16) as tf.data.Dataset<never>;
    await model.fitDataset(endless, {epochs: 1, verbose: 0, callbacks: new SETScheduler(model, options).callback()});
    expect(warn).not.toHaveBeenCalled();
    const known = {epochs: 2, batchesPerEpoch: 1, verbose: 0} as const;
    await model.fitDataset(endless, {...known, callbacks: new SETScheduler(model, options).callback()});
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  it.each([
    ['a target of 90', {targetRate: 90}, 'targetRate must be in (0, 1], received 90.'],
    [
      'growth by gradient',
      {grower: gradientGrowth()},
      'grower must have discoveries() where R_s is to be predicted, received one without, such as growth by gradient.',
    ],
    [
      'a density that falls',
      {density: cubicDensity(0.3, 0.1, {endStep: 10})},
      'density must be left out where R_s is to be predicted, received one.',
    ],
  ])('is refused with %s', (_, change, message) => {
    const parts = {...options, pruner: magnitudePruning(), grower: randomGrowth(), ...change};
    expect(() => new DSTScheduler(smallModel(), parts)).toThrow(`DSTScheduler: ${message}`);
  });
});
