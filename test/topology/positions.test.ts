import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
  createPositions,
  lowerBound,
  MAX_INT32_SIZE,
  mergePositions,
  sizeOf,
  toPositions,
} from '../../src/topology/positions.ts';

const ascending = fc.uniqueArray(fc.integer({min: 0, max: 60})).map((values) => values.sort((a, b) => a - b));

test('positions are 32-bit integers as long as the size allows it, doubles above', () => {
  expect(createPositions(MAX_INT32_SIZE, 3)).toEqual(new Int32Array(3));
  expect(createPositions(MAX_INT32_SIZE + 1, 3)).toEqual(new Float64Array(3));
});

test('toPositions copies', () => {
  const values = Int32Array.of(1, 5);
  const positions = toPositions(10, values);
  positions[0] = 2;
  expect(values[0]).toBe(1);
  expect(toPositions(2 ** 40, [3, 2 ** 39])).toEqual(Float64Array.of(3, 2 ** 39));
});

test('lowerBound counts the entries below a value', () => {
  fc.assert(
    fc.property(ascending, fc.integer({min: -1, max: 61}), (values, value) => {
      expect(lowerBound(values, value)).toBe(values.filter((other) => other < value).length);
    }),
  );
  expect(lowerBound([0, 1, 2, 3], 9, 1, 3)).toBe(3);
});

test('mergePositions is the union, ascending and distinct', () => {
  fc.assert(
    fc.property(ascending, ascending, (a, b) => {
      const union = [...new Set([...a, ...b])].sort((x, y) => x - y);
      expect([...mergePositions(61, toPositions(61, a), toPositions(61, b))]).toEqual(union);
    }),
  );
});

test('mergePositions is exact above 2^32', () => {
  const size = 2 ** 40;
  const merged = mergePositions(size, Float64Array.of(1, 2 ** 33 + 1), Float64Array.of(2 ** 33, 2 ** 33 + 1));
  expect(merged).toEqual(Float64Array.of(1, 2 ** 33, 2 ** 33 + 1));
});

test('sizeOf multiplies the dimensions', () => {
  expect(sizeOf([3, 3, 16, 32])).toBe(4608);
  expect(sizeOf([])).toBe(1);
});
