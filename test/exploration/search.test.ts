import fc from 'fast-check';
import {expect, test} from 'vitest';
import {firstTrue, lastTrue} from '../../src/exploration/search.ts';

test('the border of any property is found', () => {
  const cases = fc.tuple(fc.integer({min: -50, max: 50}), fc.nat({max: 100}), fc.integer({min: -60, max: 160}));
  fc.assert(
    fc.property(cases, ([low, length, border]) => {
      const high = low + length;
      const isUnder = (n: number) => n <= border;
      expect(lastTrue(low, high, isUnder)).toBe(border < low ? undefined : Math.min(border, high));
      const isOver = (n: number) => n >= border;
      expect(firstTrue(low, high, isOver)).toBe(border > high ? undefined : Math.max(border, low));
    }),
  );
});
