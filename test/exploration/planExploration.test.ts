import {describe, expect, it} from 'vitest';
import {gradientGrowth} from '../../src/algorithms/growers/gradientGrowth.ts';
import {unexploredFirstGrowth} from '../../src/algorithms/growers/unexploredFirstGrowth.ts';
import {constant} from '../../src/algorithms/schedules/constant.ts';
import {cosineDecay} from '../../src/algorithms/schedules/cosineDecay.ts';
import {type PlanOptions, planExploration} from '../../src/exploration/planExploration.ts';
import {predictExploration} from '../../src/exploration/predictExploration.ts';

const mlp = [
  {name: 'fc1', shape: [3072, 1024]},
  {name: 'fc2', shape: [1024, 512]},
  {name: 'fc3', shape: [512, 10]},
];
const options: PlanOptions = {
  layers: mlp,
  density: 0.05,
  target: 0.9,
  samples: 50_000,
  batchSize: 128,
  epochs: 200,
  updateInterval: 1500,
  dropFraction: 0.5,
};
const cases: [string, PlanOptions][] = [
  ["the paper's settings", options],
  ['a short training', {...options, epochs: 2}],
  ['the unexplored first', {...options, grower: unexploredFirstGrowth()}],
  ['a constant drop fraction', {...options, schedule: constant, dropFraction: 0.3}],
  ['a target that is met already', {...options, target: 0.3}],
];

/** R_s as the planner's public counterpart expects it. */
function rate(given: PlanOptions): number {
  const {updateInterval, dropFraction, epochs, batchSize, samples, schedule = cosineDecay} = given;
  const steps = epochs * Math.ceil(samples / batchSize);
  return predictExploration({...given, updateInterval, steps, dropFraction: schedule(dropFraction, steps)}).rate;
}

describe('planExploration', () => {
  it.each(cases)('gives borders: each reaches the target, and the next does not; %s', (_, given) => {
    const plan = planExploration(given);
    expect(plan.rate).toBe(rate(given));
    expect(plan.steps).toBe(given.epochs * 391);
    const {target} = given;
    const check = (reaching: Partial<PlanOptions>, missing: Partial<PlanOptions>) => {
      expect(rate({...given, ...reaching})).toBeGreaterThanOrEqual(target);
      expect(rate({...given, ...missing})).toBeLessThan(target);
    };
    const {updateInterval, dropFraction, epochs, batchSize} = plan;
    check({updateInterval}, {updateInterval: updateInterval! + 1});
    check({epochs}, {epochs: epochs! - 1});
    if (batchSize === undefined) expect(rate({...given, batchSize: 1})).toBeLessThan(target);
    else check({batchSize}, {batchSize: batchSize + 1});
    if (dropFraction === undefined) expect(rate({...given, dropFraction: 1})).toBeLessThan(target);
    else check({dropFraction}, {dropFraction: dropFraction - 0.01});
  });

  it('says what the paper settings reach: half of all connections', () => {
    const plan = planExploration(options);
    expect(plan.rate).toBeCloseTo(0.49, 2);
    expect(plan.dropFraction).toBeUndefined();
  });

  it('finds nothing where nothing helps', () => {
    // 100 steps; batches of one sample would make 1,000, but no update.
    const {updateInterval, dropFraction, epochs, batchSize} = planExploration({
      ...options,
      samples: 1000,
      batchSize: 10,
      epochs: 1,
      updateInterval: 1001,
      dropFraction: 0.05,
    });
    expect([updateInterval, dropFraction, batchSize]).toEqual([undefined, undefined, undefined]);
    expect(epochs).toBeGreaterThan(1000);
  });

  it('takes a drop fraction of 0', () => {
    expect(planExploration({...options, dropFraction: 0}).rate).toBeCloseTo(0.05, 6);
  });

  it('refuses at once what would take for ever, and takes a higher limit', () => {
    expect(() => planExploration({...options, batchSize: 1, epochs: 1e9})).toThrow(
      'planExploration: a training must have at most 150000000 steps, with 100000 updates, received 50000000000000. ' +
        'Plan fewer epochs or a longer updateInterval, or pass a higher maxUpdates and wait longer.',
    );
    const many = {...options, layers: mlp.slice(2), updateInterval: 1, epochs: 300};
    expect(() => planExploration(many)).toThrow('at most 100000 steps, with 100000 updates, received 117300.');
    for (const maxUpdates of [120_000, Number.POSITIVE_INFINITY])
      expect(planExploration({...many, maxUpdates}).rate).toBe(1);
  });

  it('ends where nothing reaches the target, with intervals and samples as large as numbers go', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const plan = planExploration({...options, samples: most, batchSize: 1, epochs: 1, updateInterval: most, target: 1});
    expect(plan.steps).toBe(most);
    expect(plan.epochs).toBeUndefined();
    expect(() => planExploration({...options, samples: most, batchSize: 1, epochs: 2, updateInterval: most})).toThrow(
      `at most ${most} steps`,
    );
  });

  it.each<[string, Partial<PlanOptions>, string]>([
    ['a target of 90', {target: 90}, 'target must be in (0, 1], received 90.'],
    ['no samples', {samples: 0}, 'samples must be a positive integer, received 0.'],
    ['half an epoch', {epochs: 0.5}, 'epochs must be a positive integer, received 0.5.'],
    ['a drop fraction of 50', {dropFraction: 50}, 'dropFraction must be in [0, 1], received 50.'],
    ['growth by gradient', {grower: gradientGrowth()}, 'grower must be one whose exploration can be predicted'],
    ['an interval of 0', {updateInterval: 0}, 'updateInterval must be a positive integer, received 0.'],
    [
      'no updates',
      {updateInterval: Number.POSITIVE_INFINITY},
      'updateInterval must be a positive integer, received Infinity.',
    ],
    [
      'a schedule by the name that the command has for it',
      {schedule: 'constant' as never},
      'schedule must be a function, received "constant". Import constant or cosineDecay from itop, and write schedule: constant.',
    ],
    [
      'a schedule with its numbers',
      {schedule: cosineDecay(0.5, 6000) as never},
      'schedule(dropFraction, steps) must be a function, received 0.4',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => planExploration({...options, ...change})).toThrow(`planExploration: ${message}`);
  });
});

it('a prediction of more updates than are meant is refused, unless a higher limit is given', () => {
  const layers = [{name: 'fc', shape: [20, 10], nnz: 20}];
  const training = {layers, updateInterval: 1, dropFraction: 0.5, steps: 100_001};
  expect(() => predictExploration(training)).toThrow(
    'predictExploration: a training must have at most 100000 updates, received one of 100001. ' +
      'Pass a higher maxUpdates to predictExploration or planExploration, and wait longer.',
  );
  expect(predictExploration({...training, maxUpdates: 100_001}).updates).toBe(100_001);
  expect(predictExploration({...training, maxUpdates: Number.POSITIVE_INFINITY}).updates).toBe(100_001);
  for (const maxUpdates of [-1, 0, 0.5, Number.NaN]) {
    expect(() => predictExploration({...training, maxUpdates})).toThrow(
      `predictExploration: maxUpdates must be a positive integer or Infinity, received ${maxUpdates}. Leave it out for 100000.`,
    );
  }
  expect(predictExploration({...training, endStep: 100_001}).updates).toBe(100_000);
  expect(() => predictExploration({...training, steps: 1e300})).toThrow('received one of 1e+300.');
});
