import {expect, it} from 'vitest';
import {linearDecay} from '../../../src/algorithms/schedules/linearDecay.ts';
import {polynomialDecay} from '../../../src/algorithms/schedules/polynomialDecay.ts';

it('is the cube of the way still to go, unless another power is given', () => {
  // At steps 14 and 16 of 10 … 20 there are 0.6 and 0.4 of the way to go.
  expect(polynomialDecay(0.5, 20, {beginStep: 10})(14)).toBeCloseTo(0.5 * 0.216, 12);
  expect(polynomialDecay(0.5, 20, {beginStep: 10, power: 2})(16)).toBeCloseTo(0.5 * 0.16, 12);
});

it('is linear with power 1', () => {
  const schedule = polynomialDecay(0.3, 7, {power: 1, floor: 0.1});
  for (let step = 0; step <= 8; step++) expect(schedule(step)).toBe(linearDecay(0.3, 7, {floor: 0.1})(step));
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the power %s', (power) => {
  expect(() => polynomialDecay(0.5, 20, {power})).toThrow(
    `polynomialDecay: power must be finite and above 0, received ${power}.`,
  );
});
