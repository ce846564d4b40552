import {expect, it} from 'vitest';
import {constant} from '../../../src/algorithms/schedules/constant.ts';

it('is the same at every step', () => {
  expect([0, 1, 1e6].map(constant(0.3))).toEqual([0.3, 0.3, 0.3]);
});

it.each([1.5, -0.1, Number.NaN])('refuses %s', (value) => {
  expect(() => constant(value)).toThrow(`constant: value must be in [0, 1], received ${value}. For 50 % write 0.5.`);
});
