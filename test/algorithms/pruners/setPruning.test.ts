import fc from 'fast-check';
import {expect, test} from 'vitest';
import {setPruning} from '../../../src/algorithms/pruners/setPruning.ts';
import {pruneRequest, someNumbers} from '../../support/layer.ts';

const pruner = setPruning();
const prune = (values: ArrayLike<number>, fraction: number) => [...pruner.prune(pruneRequest(values, {fraction}))];

test('drops what is closest to zero on both sides, by hand', () => {
  // Ascending: −4 −3 −2 −1 0.5 1 2 3. The closest to zero is 0.5, with 4 below and 3 above.
  const values = [3, -1, 0.5, -4, -2, 1, 2, -3];
  // ζ = 0.5: 0.5 itself, ⌈2⌉ below (−1, −2), 1 + ⌊1.5⌋ above (1, 2).
  expect(prune(values, 0.5)).toEqual([1, 2, 4, 5, 6]);
  // ζ = 0.25: 0.5 itself, ⌈1⌉ below (−1), 1 + ⌊0.75⌋ above (1).
  expect(prune(values, 0.25)).toEqual([1, 2, 5]);
});

test('works with one sign only', () => {
  // 1 itself, and 1 + ⌊1.5⌋ above.
  expect(prune([4, 3, 2, 1], 0.5)).toEqual([1, 2, 3]);
  // −1 itself, ⌈1.5⌉ below.
  expect(prune([-4, -3, -2, -1], 0.5)).toEqual([1, 2, 3]);
  expect(prune([5], 0.3)).toEqual([0]);
  expect(prune([-5], 0.3)).toEqual([0]);
});

test('drops exactly the ranks of the published formula where no two weights are equal', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.integer({min: -1000, max: 1000}).filter((value) => value !== 0 && value !== 1000),
        {
          minLength: 1,
          selector: Math.abs,
        },
      ),
      fc.double({min: 0.001, max: 1, noNaN: true}),
      (values, zeta) => {
        const v = [...values].sort((a, b) => a - b);
        const n = v.length;
        const i = v.indexOf(v.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a)));
        const low = v[Math.trunc((1 - zeta) * i)];
        const high = v[Math.min(n - 1, Math.trunc(i + 1 + zeta * (n - i - 1)))];
        const dropped = values.flatMap((value, slot) => (value < low || value > high ? [] : [slot]));
        expect(prune(values, zeta)).toEqual(dropped);
        expect(dropped.length).toBeGreaterThan(zeta * n - 1e-9);
        expect(dropped.length).toBeLessThan(zeta * n + 3);
      },
    ),
  );
});

test('of equal weights the lower slots go, where the published comparison drops all of them', () => {
  // Ascending: −1 −1 −1 2 2 2 2, the third closest. ζ = 0.25: itself, ⌈0.5⌉ below, 1 + ⌊1⌋ above; published: all seven.
  expect(prune([-1, -1, -1, 2, 2, 2, 2], 0.25)).toEqual([0, 1, 3, 4]);
});

test('zeros go first and count towards the fraction', () => {
  // ζ = 0.4 of ten; two are zeros, which leaves (0.4 − 0.2) / 0.8 = 0.25 for the signs. −1 is the closest (before 1), with
  // 3 below and 4 above: itself, ⌈0.75⌉ below (−2), 1 + ⌊1⌋ above (1, 2).
  expect(prune([0, 5, -0, -5, 3, -3, 2, -2, 1, -1], 0.4)).toEqual([0, 2, 6, 7, 8, 9]);
  // As many zeros as asked or more: k of them, the lower slots, and no other.
  expect(prune([1, 0, -0, 0, 0, -1], 0.5)).toEqual([1, 2, 3]);
  expect(prune([0, 0, 0, 0], 0.5)).toEqual([0, 1]);
});

test('at fraction 0 nothing goes, at 1 all go', () => {
  expect(prune([1, 0, -1, 2], 0)).toEqual([]);
  expect(prune([], 0.5)).toEqual([]);
  fc.assert(
    fc.property(fc.nat(40), fc.integer(), (length, seed) => {
      expect(prune(someNumbers(length, seed), 1)).toEqual(Array.from({length}, (_, slot) => slot));
    }),
  );
});

test('drops about the fraction asked for and never a weight farther from zero than one it keeps of the same sign', () => {
  fc.assert(
    fc.property(
      fc.integer({min: 1, max: 200}),
      fc.integer(),
      fc.double({min: 0, max: 1, noNaN: true}),
      (length, seed, zeta) => {
        const values = someNumbers(length, seed);
        const dropped = prune(values, zeta);
        expect(dropped).toEqual([...new Set(dropped)].sort((a, b) => a - b));
        expect(dropped.length).toBeGreaterThan(zeta * length - 1e-9);
        expect(dropped.length - 3).toBeLessThan(zeta * length + 1e-9);
        for (const sign of [1, -1]) {
          const own = Array.from(values, (value, slot) => ({size: value * sign, gone: dropped.includes(slot)})).filter(
            ({size}) => size > 0,
          );
          const farthestGone = Math.max(0, ...own.filter(({gone}) => gone).map(({size}) => size));
          expect(own.every(({size, gone}) => gone || size >= farthestGone)).toBe(true);
        }
      },
    ),
  );
});
