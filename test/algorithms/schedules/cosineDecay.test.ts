import {expect, it} from 'vitest';
import {cosineDecay} from '../../../src/algorithms/schedules/cosineDecay.ts';

it('goes down half a wave', () => {
  const schedule = cosineDecay(0.4, 60, {floor: 0});
  // cos is 1/2 after a third, 0 after a half, −1/2 after two thirds of the way.
  expect(schedule(20)).toBeCloseTo(0.3, 12);
  expect(schedule(30)).toBeCloseTo(0.2, 12);
  expect(schedule(40)).toBeCloseTo(0.1, 12);
});

it('ends at 0.005 and stays there', () => {
  expect([60, 61, 120].map(cosineDecay(0.4, 60))).toEqual([0.005, 0.005, 0.005]);
});

it('never rises: from an initial value below its default floor it stays there', () => {
  expect([0, 30, 60].map(cosineDecay(0.001, 60))).toEqual([0.001, 0.001, 0.001]);
  expect([0, 60].map(cosineDecay(0, 60))).toEqual([0, 0]);
  expect(cosineDecay(0.001, 60, {floor: 0})(60)).toBe(0);
  expect(() => cosineDecay(0.001, 60, {floor: 0.005})).toThrow(
    'cosineDecay: floor must be in [0, 0.001], received 0.005.',
  );
});
