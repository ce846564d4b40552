import {expect, test} from 'vitest';
import {SurvivalCounts, survivalCurve} from '../../src/exploration/survivalCounts.ts';

const counted = (...updates: [age: number, isKept: boolean][]) => {
  const counts = new SurvivalCounts();
  for (const [age, isKept] of updates) counts.count(age, isKept);
  return counts;
};

test('the curve is the product of the shares that each update kept', () => {
  // Four meet their first update, three stay; two of them meet a second, one stays. The third is still young.
  const counts = counted([1, true], [1, true], [1, false], [1, true], [2, true], [2, false]);
  expect(survivalCurve([counts])).toEqual([3 / 4, 3 / 4 / 2]);
});

test('layers are added up, whatever their ages', () => {
  const old = counted([1, true], [2, true], [3, false]);
  expect(survivalCurve([old, counted([1, false])])).toEqual([1 / 2, 1 / 2, 0]);
  expect(survivalCurve([])).toEqual([]);
});

test('an age that none met does not change it', () => {
  expect(survivalCurve([new SurvivalCounts([2, 0, 1], [1, 0, 1])])).toEqual([1 / 2, 1 / 2, 1 / 2]);
});
