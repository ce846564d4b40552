import fc from 'fast-check';
import {expect, it} from 'vitest';
import {fromHalves, MAX_FLOAT16, toHalves} from '../../src/io/halves.ts';

const rounded = (...numbers: number[]) => [...fromHalves(toHalves(Float32Array.from(numbers)))];

it('writes the bits of IEEE 754, by hand', () => {
  const halves = new Uint16Array(toHalves(Float32Array.of(1, -2, 0.5, MAX_FLOAT16, 2 ** -24, 2 ** -14, 0, -0)).buffer);
  expect([...halves]).toEqual([0x3c00, 0xc000, 0x3800, 0x7bff, 0x0001, 0x0400, 0x0000, 0x8000]);
});

it('rounds to the nearest, ties to even', () => {
  // Above 2048 the distance is 2: 2049 lies between 2048 (even) and 2050.
  expect(rounded(2049, 2051, 2049.5)).toEqual([2048, 2052, 2050]);
  // Half of the smallest is a tie with 0; a little more is not.
  expect(rounded(2 ** -25, 2 ** -25 * 1.01, 3 * 2 ** -25)).toEqual([0, 2 ** -24, 2 ** -23]);
  expect(rounded(65519, 65520, 1e10, -1e10)).toEqual([65504, Infinity, Infinity, -Infinity]);
});

it('every half comes back', () => {
  const all = Uint16Array.from({length: 65536}, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
  const back = new Uint16Array(toHalves(fromHalves(new Uint8Array(all.buffer))).buffer);
  expect(back).toEqual(all);
});

it('is never further away than half of the distance of two halves', () => {
  fc.assert(
    fc.property(fc.float({min: -65504, max: 65504, noNaN: true}), (number) => {
      const distance = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(number) || 1)) - 10));
      expect(Math.abs(rounded(number)[0] - number)).toBeLessThanOrEqual(distance / 2);
    }),
  );
});
