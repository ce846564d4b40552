import {expect, test} from 'vitest';
import {SurvivalCounts, survivalCurve} from '../../src/exploration/survivalCounts.ts';

const counted = (...updates: [age: number, faced: number, kept: number][]) => {
  const counts = new SurvivalCounts();
  for (const update of updates) counts.add(...update);
  return counts;
};

test('the curve is the product of the shares that each update kept', () => {
  // Four meet their first update, three stay; two of them meet a second, one stays. The third is still young.
  const counts = counted([1, 2, 2], [1, 2, 1], [2, 2, 1]);
  expect(survivalCurve([counts])).toEqual([3 / 4, 3 / 4 / 2]);
});

test('layers are added up, whatever their ages', () => {
  const old = counted([1, 1, 1], [2, 1, 1], [3, 1, 0]);
  expect(survivalCurve([old, counted([1, 1, 0])])).toEqual([1 / 2, 1 / 2, 0]);
  expect(survivalCurve([])).toEqual([]);
});

test('an age that none met does not change it', () => {
  expect(survivalCurve([new SurvivalCounts([2, 0, 1], [1, 0, 1])])).toEqual([1 / 2, 1 / 2, 1 / 2]);
});
