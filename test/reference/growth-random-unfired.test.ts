import {expect, test} from 'vitest';
import {unexploredFirstGrowth} from '../../src/algorithms/growers/unexploredFirstGrowth.ts';
import {BitSet} from '../../src/topology/positionSet.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {growRequest, topologyFromTorch} from '../support/layer.ts';
import {describeReference, positionsFromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  mask_before_death: number[];
  mask_after_death: number[];
  fired: number[];
  num_grow: number;
  num_unfired: number;
  candidates: number[];
  branch?: 'sample' | 'all-unfired-then-binomial' | 'unchanged';
  certain?: number[];
  also_possible?: number[];
  num_grown_500_draws?: {mean: number; var: number; min: number; max: number};
  official_error?: string;
}

/** The places grown by unexplored-first growth, in PyTorch's layout. */
function grow({shape, mask_after_death, fired}: Case, k: number, seed: number): number[] {
  const topology = topologyFromTorch(shape, mask_after_death);
  const explored = new BitSet(topology.size);
  explored.add(topologyFromTorch(shape, fired).positions());
  const grown = unexploredFirstGrowth().grow(growRequest(topology, k, {explored, random: seededRandom(seed)}));
  const places = positionsFromTorch(shape);
  return [...grown].map((position) => places[position]);
}

describeReference('unexplored-first growth beside the official random unfired growth', () => {
  const cases = readReference<Case[]>('growth-random-unfired');
  const branch = (name: Case['branch']) => cases.filter((each) => each.branch === name);
  const seeds = Array.from({length: 20}, (_, seed) => seed);

  test('what was active before the update has fired, as the explored set of a request promises', () => {
    for (const each of cases) {
      expect(each.mask_before_death.every((active, place) => active === 0 || each.fired[place] === 1)).toBe(true);
    }
  });

  test.each(branch('sample'))('$name: the count asked for, among the unfired', (each) => {
    for (const seed of seeds) {
      const grown = grow(each, each.num_grow, seed);
      expect(new Set(grown).size).toBe(each.num_grow);
      expect(grown.every((place) => each.candidates.includes(place))).toBe(true);
    }
  });

  test('drawing from the unfired is uniform', () => {
    const each = branch('sample').find(({num_grow, num_unfired}) => num_grow > 0 && num_grow < num_unfired) as Case;
    const counts = new Map(each.candidates.map((place) => [place, 0]));
    const draws = 3000;
    for (let seed = 0; seed < draws; seed++) {
      for (const place of grow(each, each.num_grow, seed)) counts.set(place, (counts.get(place) as number) + 1);
    }
    const p = each.num_grow / each.num_unfired;
    const fiveDeviations = 5 * Math.sqrt(draws * p * (1 - p));
    for (const count of counts.values()) expect(Math.abs(count - draws * p)).toBeLessThan(fiveDeviations);
  });

  test.each(
    branch('all-unfired-then-binomial'),
  )('$name: all unfired and then exactly the rest, officially a random number', (each) => {
    for (const seed of seeds) {
      const grown = grow(each, each.num_grow, seed);
      expect(new Set(grown).size).toBe(each.num_grow);
      expect(each.certain?.every((place) => grown.includes(place))).toBe(true);
      const others = grown.filter((place) => !each.certain?.includes(place));
      expect(others.every((place) => each.also_possible?.includes(place))).toBe(true);
    }
    expect(each.num_grown_500_draws?.var).toBeGreaterThan(0);
  });

  test('no empty place: nothing can be grown, and asking for more is refused', () => {
    for (const each of branch('unchanged')) {
      expect(grow(each, 0, 1)).toEqual([]);
      expect(() => grow(each, each.num_grow, 1)).toThrow(RangeError);
    }
  });

  test('more asked than empty, where the official code divides by zero: refused, and what there is can be filled', () => {
    const each = cases.find(({official_error}) => official_error !== undefined) as Case;
    expect(() => grow(each, each.num_grow, 1)).toThrow(RangeError);
    expect(grow(each, each.num_unfired, 1).sort((a, b) => a - b)).toEqual(each.candidates);
  });

  test('every case is covered', () => {
    const covered = [...branch('sample'), ...branch('all-unfired-then-binomial'), ...branch('unchanged')];
    expect(covered.length + 1).toBe(cases.length);
  });
});
