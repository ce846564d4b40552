import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {olderErdosRenyi, PUBLISHED_RATES} from '../../examples/paper/plots/publishedRates.ts';
import {allocateConnections} from '../../src/algorithms/allocateConnections.ts';
import {gradientGrowth} from '../../src/algorithms/growers/gradientGrowth.ts';
import {mixedGrowth} from '../../src/algorithms/growers/mixedGrowth.ts';
import {randomGrowth} from '../../src/algorithms/growers/randomGrowth.ts';
import {unexploredFirstGrowth} from '../../src/algorithms/growers/unexploredFirstGrowth.ts';
import {constant} from '../../src/algorithms/schedules/constant.ts';
import {cosineDecay} from '../../src/algorithms/schedules/cosineDecay.ts';
import {type PredictionOptions, predictExploration} from '../../src/exploration/predictExploration.ts';
import {sizeOf} from '../../src/topology/positions.ts';
import {resnet18} from '../support/resnet18.ts';

const small: PredictionOptions = {
  layers: [
    {name: 'a', shape: [10, 10], nnz: 20},
    {name: 'b', shape: [10, 10], nnz: 100},
  ],
  updateInterval: 10,
  dropFraction: 0.5,
  steps: 20,
};

describe('predictExploration', () => {
  it('by hand: random growth', () => {
    // a: 80 unexplored; an update grows 10 of 80 + 10 inactive ones, 80/90 of them new. b is dense: all explored.
    const first = 80 - (10 * 80) / 90;
    const second = first - (10 * first) / 90;
    const {history, rate, rates, nnz, updates} = predictExploration(small);
    expect(history.map(({step}) => step)).toEqual([0, 10, 20]);
    expect(history.map(({rates: [a]}) => a)).toEqual([0.2, (100 - first) / 100, (100 - second) / 100]);
    expect(history[1].rate).toBeCloseTo(1 - first / 200, 14);
    expect(rate).toBeCloseTo(1 - second / 200, 14);
    expect(rates).toEqual({a: (100 - second) / 100, b: 1});
    expect([nnz, updates]).toEqual([{a: 20, b: 100}, 2]);
  });

  it('by hand: the unexplored first, until there are none', () => {
    const {history} = predictExploration({...small, steps: 100, grower: unexploredFirstGrowth()});
    // 10 new ones per update until all 80 are explored.
    const expected = [20, 30, 40, 50, 60, 70, 80, 90, 100, 100, 100];
    expect(history.map(({rates: [a]}) => Math.round(100 * a))).toEqual(expected);
  });

  it('updates when a scheduler does, and drops what its schedule says', () => {
    const seen: number[] = [];
    const dropFraction = (step: number) => {
      seen.push(step);
      return 0;
    };
    const {rate} = predictExploration({...small, dropFraction, steps: 60, beginStep: 15, endStep: 50});
    expect(seen).toEqual([20, 30, 40]);
    expect(rate).toBe(0.6);
    expect(predictExploration({...small, updateInterval: Number.POSITIVE_INFINITY}).updates).toBe(0);
  });

  it('follows u ← u · (1 − g / (1 − d + g)), never falls, and never exceeds what the unexplored first reach', () => {
    const settings = fc.tuple(
      fc.integer({min: 1, max: 900}),
      fc.double({min: 0, max: 1, noNaN: true}),
      fc.nat({max: 40}),
    );
    fc.assert(
      fc.property(settings, ([nnz, p, updates]) => {
        const options = {
          layers: [{name: 'fc', shape: [30, 30], nnz}],
          updateInterval: 1,
          dropFraction: p,
          steps: updates,
        };
        const {rate, history} = predictExploration(options);
        const [d, g] = [nnz / 900, Math.ceil(p * nnz) / 900];
        expect(rate).toBeCloseTo(g === 0 ? d : 1 - (1 - d) * (1 - g / (1 - d + g)) ** updates, 9);
        const rates = history.map((point) => point.rate);
        expect(rates).toEqual([...rates].sort((x, y) => x - y));
        const fastest = predictExploration({...options, grower: unexploredFirstGrowth()}).rate;
        expect(fastest).toBeGreaterThanOrEqual(rate - 1e-9);
        const mixed = mixedGrowth([
          [0.5, unexploredFirstGrowth()],
          [0.5, randomGrowth()],
        ]);
        const between = predictExploration({...options, grower: mixed}).rate;
        expect(between).toBeGreaterThanOrEqual(rate - 1e-9);
        expect(between).toBeLessThanOrEqual(fastest + 1e-9);
      }),
    );
  });

  it('divides a density as sparsify does', () => {
    const layers = [
      {name: 'a', shape: [784, 300]},
      {name: 'b', shape: [300, 100]},
    ];
    const {nnz, rate} = predictExploration({...small, layers, density: 0.1, distribution: 'uniform', steps: 0});
    expect(nnz).toEqual({a: 23520, b: 3000});
    expect(rate).toBeCloseTo(0.1, 12);
  });
});

describe('Table 1 of the paper: ResNet-18 on CIFAR-10, density 0.05', () => {
  const {density, dropFractions, intervals, rates, steps} = PUBLISHED_RATES;
  const older = olderErdosRenyi(resnet18(), density);
  const worst = (schedule: typeof cosineDecay | ((p: number) => ReturnType<typeof constant>), layers = older) =>
    Math.max(
      ...rates.flatMap((row, i) =>
        row.map((rate, j) => {
          const dropFraction = schedule(dropFractions[i], steps);
          const options = {layers, updateInterval: intervals[j], dropFraction, steps};
          return Math.abs(predictExploration(options).rate - rate);
        }),
      ),
    );

  it('has the shapes of that network', () => {
    expect(resnet18().reduce((sum, {shape}) => sum + sizeOf(shape), 0)).toBe(11_164_352);
  });

  it('all 25 values within 0.001, by the steps, the division and the schedule of the official code', () => {
    expect(steps).toBe(70_400);
    expect(older.reduce((sum, {nnz}) => sum + nnz, 0) / 11_164_352).toBeCloseTo(0.0471, 4);
    expect(worst(cosineDecay)).toBeLessThan(0.001);
  });

  it('not with the full density by ERK, nor with a constant drop fraction', () => {
    const nnz = allocateConnections(resnet18(), density);
    const erk = older.map((layer, i) => ({...layer, nnz: nnz[i]}));
    expect(worst(cosineDecay, erk)).toBeGreaterThan(0.01);
    expect(worst(constant)).toBeGreaterThan(0.01);
  });
});

describe('predictExploration refuses', () => {
  it.each<[string, Partial<PredictionOptions>, string]>([
    ['no layers', {layers: []}, 'layers must be at least one, received none.'],
    [
      'a layer without connections or density',
      {layers: [{name: 'a', shape: [2, 2]}]},
      "nnz of layer 'a' must be an integer in [0, 4], received undefined. Give each layer its connections, or all a density.",
    ],
    [
      'too many connections',
      {layers: [{name: 'a', shape: [2, 2], nnz: 5}]},
      "nnz of layer 'a' must be an integer in [0, 4], received 5.",
    ],
    ['half a step', {steps: 1.5}, 'steps must be an integer of at least 0, received 1.5.'],
    ['an interval of 0', {updateInterval: 0}, 'updateInterval must be a positive integer or Infinity, received 0.'],
    ['a drop fraction above 1', {dropFraction: 30}, 'dropFraction must be in [0, 1], received 30.'],
    ['a schedule that leaves [0, 1]', {dropFraction: () => -1}, 'dropFraction must be in [0, 1], received -1.'],
    ['an end before the begin', {beginStep: 5, endStep: 4}, 'beginStep and endStep must satisfy'],
    [
      'growth by gradient',
      {grower: gradientGrowth()},
      'grower must be one whose exploration can be predicted, received one without discoveries().',
    ],
    ['a mixture with it', {grower: mixedGrowth([[1, gradientGrowth()]])}, 'grower must be one whose'],
  ])('%s', (_, change, message) => {
    expect(() => predictExploration({...small, ...change})).toThrow(`predictExploration: ${message}`);
  });
});
