import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../src/topology/random.ts';
import {complement, drawWithBitmap, drawWithSort, samplePositions} from '../../src/topology/sample.ts';

const sizeAndCount = fc
  .integer({min: 0, max: 300})
  .chain((size) => fc.tuple(fc.constant(size), fc.integer({min: 0, max: size})));

const isAscending = (values: ArrayLike<number>) => Array.from(values).every((v, i) => i === 0 || v > values[i - 1]);

describe('samplePositions', () => {
  test('gives k distinct positions, ascending, for every k', () => {
    fc.assert(
      fc.property(sizeAndCount, fc.integer(), ([size, k], seed) => {
        const positions = samplePositions(size, k, seededRandom(seed));
        expect(positions.length).toBe(k);
        expect(isAscending(positions)).toBe(true);
        expect(k === 0 || (positions[0] >= 0 && positions[k - 1] < size)).toBe(true);
      }),
    );
  });

  test('gives every set of k positions equally often', () => {
    // 3 of 6: 20 sets, 20 000 draws, 1000 expected each. Chi-square with 19 degrees of freedom exceeds 43.8 once in 1000.
    // 4 of 6 takes the other branch, which draws the two positions that are left out: 15 sets, 14 degrees, 36.1.
    for (const [k, sets, bound] of [
      [3, 20, 43.8],
      [4, 15, 36.1],
    ]) {
      const random = seededRandom(5);
      const counts = new Map<string, number>();
      for (let i = 0; i < 1000 * sets; i++) {
        const key = samplePositions(6, k, random).join();
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      expect(counts.size).toBe(sets);
      const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(chiSquare).toBeLessThan(bound);
    }
  });

  test('is uniform above 2^32 and reaches odd positions there', () => {
    const size = 500_000 * 500_000;
    const positions = samplePositions(size, 20_000, seededRandom(9));
    expect(positions).toBeInstanceOf(Float64Array);
    expect(positions.length).toBe(20_000);
    expect(isAscending(positions)).toBe(true);
    expect(positions.every((position) => Number.isInteger(position) && position < size)).toBe(true);
    // Ten equal ranges, 2000 expected each: 9 degrees of freedom, 27.9 once in 1000.
    const counts = new Array<number>(10).fill(0);
    for (const position of positions) counts[Math.floor((position / size) * 10)]++;
    expect(counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(27.9);
    const odd = positions.filter((position) => position % 2 === 1).length;
    expect(Math.abs(odd - 10_000)).toBeLessThan(300);
  });

  test('stays inside the largest size there is', () => {
    const size = Number.MAX_SAFE_INTEGER;
    const positions = samplePositions(size, 1000, seededRandom(1));
    expect(positions.length).toBe(1000);
    expect(positions[999]).toBeLessThan(size);
    const highest = samplePositions(size, 1, () => 1 - 2 ** -53);
    expect(highest[0]).toBe(size - 1);
  });

  test('refuses a k that is no count of positions', () => {
    for (const k of [-1, 11, 0.5, Number.NaN]) {
      expect(() => samplePositions(10, k, seededRandom(1))).toThrow(RangeError);
    }
    expect(() => samplePositions(10, 11, seededRandom(1))).toThrow(
      'samplePositions: k must be an integer in [0, 10], received 11. Ask for at most as many as there are.',
    );
  });
});

test.each([
  ['a bitmap', drawWithBitmap],
  ['a sort', drawWithSort],
])('drawing with %s ends with a source of randomness that is broken', (_, drawWith) => {
  expect(() => drawWith(100, 2, () => 0.5)).toThrow(
    'samplePositions: random must return different numbers, received 1000 in a row that chose positions seen before, the last 50.',
  );
  for (const number of [Number.NaN, Number.POSITIVE_INFINITY, 1, -0.5]) {
    expect(() => drawWith(100, 2, () => number)).toThrow(
      `samplePositions: random must return numbers in [0, 1), received ${number}. Pass seededRandom(seed).`,
    );
  }
});

test('drawing with a bitmap and drawing with a sort give the same positions and take as many random numbers', () => {
  fc.assert(
    fc.property(sizeAndCount, fc.integer(), ([size, k], seed) => {
      const [first, second] = [seededRandom(seed), seededRandom(seed)];
      // Of more than half the others are drawn.
      const half = Math.floor(k / 2);
      expect(drawWithSort(size, half, second)).toEqual(drawWithBitmap(size, half, first));
      expect(second.state()).toEqual(first.state());
    }),
  );
});

test('complement is what is left out', () => {
  fc.assert(
    fc.property(sizeAndCount, fc.integer(), ([size, k], seed) => {
      const positions = samplePositions(size, k, seededRandom(seed));
      const both = [...positions, ...complement(size, positions)].sort((a, b) => a - b);
      expect(both).toEqual(Array.from({length: size}, (_, i) => i));
    }),
  );
});
