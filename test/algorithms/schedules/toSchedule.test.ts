import {expect, it} from 'vitest';
import {toSchedule} from '../../../src/algorithms/schedules/toSchedule.ts';

it('makes a number a constant schedule', () => {
  expect([0, 7].map(toSchedule(0.3))).toEqual([0.3, 0.3]);
});

it('returns a schedule as it is', () => {
  const schedule = (step: number) => 1 / (1 + step);
  expect(toSchedule(schedule)).toBe(schedule);
});

it('refuses a number outside [0, 1]', () => {
  expect(() => toSchedule(30)).toThrow('constant: value must be in [0, 1], received 30.');
});
