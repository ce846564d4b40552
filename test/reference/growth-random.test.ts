import {expect, test} from 'vitest';
import {randomGrowth} from '../../src/algorithms/growers/randomGrowth.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {growRequest, topologyFromTorch} from '../support/layer.ts';
import {describeReference, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  mask_after_death: number[];
  num_grow: number;
  num_empty: number;
  probability_each: number;
  draws: number;
  observed_mean: number;
  observed_var: number;
  observed_min: number;
  observed_max: number;
}

describeReference('random growth beside the official random growth', () => {
  const cases = readReference<Case[]>('growth-random');

  test.each(cases)('$name: exactly as many as asked in every draw, uniform over the empty places', (each) => {
    const topology = topologyFromTorch(each.shape, each.mask_after_death);
    const k = Math.min(each.num_grow, each.num_empty);
    const random = seededRandom(each.name);
    const counts = new Array<number>(topology.size).fill(0);
    for (let draw = 0; draw < each.draws; draw++) {
      const grown = randomGrowth().grow(growRequest(topology, k, {random}));
      expect(grown.length).toBe(k);
      for (const position of grown) counts[position]++;
    }
    const p = Math.min(1, each.probability_each);
    const fiveDeviations = 5 * Math.sqrt((p * (1 - p)) / each.draws);
    topology.mask().forEach((active, position) => {
      if (active) expect(counts[position]).toBe(0);
      else expect(Math.abs(counts[position] / each.draws - p)).toBeLessThanOrEqual(fiveDeviations);
    });
  });

  test('the official count is right in the mean only', () => {
    for (const each of cases.filter(({probability_each}) => probability_each > 0 && probability_each < 1)) {
      expect(Math.abs(each.observed_mean - each.num_grow)).toBeLessThan(1);
      expect(each.observed_var).toBeGreaterThan(10);
      expect(each.observed_min).toBeLessThan(each.num_grow);
      expect(each.observed_max).toBeGreaterThan(each.num_grow);
    }
  });

  test('more than is empty is refused, where the official code fills what there is', () => {
    const each = cases.find(({num_grow, num_empty}) => num_grow > num_empty) as Case;
    const topology = topologyFromTorch(each.shape, each.mask_after_death);
    expect(each.observed_max).toBe(each.num_empty);
    expect(() => randomGrowth().grow(growRequest(topology, each.num_grow))).toThrow(RangeError);
  });
});
