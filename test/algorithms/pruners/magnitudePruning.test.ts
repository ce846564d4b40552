import fc from 'fast-check';
import {expect, test} from 'vitest';
import {magnitudePruning} from '../../../src/algorithms/pruners/magnitudePruning.ts';
import {pruneRequest, someNumbers} from '../../support/layer.ts';

const pruner = magnitudePruning();

test('drops the smallest magnitudes, by hand', () => {
  // |w| = 3, 0.5, 1, 0.5, 0, 2. The three smallest: 0, then both 0.5.
  expect([...pruner.prune(pruneRequest([3, -0.5, 1, 0.5, -0, 2]))]).toEqual([1, 3, 4]);
});

test('drops exactly k and none that is larger than one it keeps, whatever ties there are', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer(), fc.double({min: 0, max: 1, noNaN: true}), (length, seed, fraction) => {
      const values = someNumbers(length, seed);
      const dropped = new Set(pruner.prune(pruneRequest(values, {fraction})));
      expect(dropped.size).toBe(Math.ceil(fraction * length));
      const highest = Math.max(0, ...[...dropped].map((slot) => Math.abs(values[slot])));
      expect(values.every((value, slot) => dropped.has(slot) || Math.abs(value) >= highest)).toBe(true);
    }),
  );
});

test('of equal magnitudes the lower slots go, zeros among them', () => {
  expect([...pruner.prune(pruneRequest([1, -1, 1, -1, 1, -1]))]).toEqual([0, 1, 2]);
  expect([...pruner.prune(pruneRequest([0, 0, -0, 0, 5]))]).toEqual([0, 1, 2]);
});

test('at k = 0 not even zeros go, at k = nnz all go', () => {
  expect(pruner.prune(pruneRequest([0, 0, 1], {fraction: 0})).length).toBe(0);
  expect(pruner.prune(pruneRequest([], {fraction: 0.5})).length).toBe(0);
  expect([...pruner.prune(pruneRequest([0, 0, 1], {fraction: 1}))]).toEqual([0, 1, 2]);
});

test('leaves the values as they were', () => {
  const values = Float32Array.of(-1, 2);
  pruner.prune(pruneRequest(values, {values}));
  expect([...values]).toEqual([-1, 2]);
});
