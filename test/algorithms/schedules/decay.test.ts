import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {cosineDecay} from '../../../src/algorithms/schedules/cosineDecay.ts';
import {cubicDensity} from '../../../src/algorithms/schedules/cubicDensity.ts';
import {decay} from '../../../src/algorithms/schedules/decay.ts';
import {linearDecay} from '../../../src/algorithms/schedules/linearDecay.ts';
import {polynomialDecay} from '../../../src/algorithms/schedules/polynomialDecay.ts';
import type {Schedule} from '../../../src/algorithms/types.ts';

type MakeSchedule = (initial: number, endStep: number, floor: number, beginStep: number) => Schedule;

const decays: Record<string, MakeSchedule> = {
  cosineDecay: (initial, endStep, floor, beginStep) => cosineDecay(initial, endStep, {floor, beginStep}),
  linearDecay: (initial, endStep, floor, beginStep) => linearDecay(initial, endStep, {floor, beginStep}),
  polynomialDecay: (initial, endStep, floor, beginStep) =>
    polynomialDecay(initial, endStep, {floor, beginStep, power: 2.5}),
  cubicDensity: (initial, endStep, floor, beginStep) => cubicDensity(initial, floor, {beginStep, endStep}),
};

describe.each(Object.entries(decays))('%s', (_, make) => {
  const share = fc.double({min: 0.001, max: 1, noNaN: true});
  const steps = fc.tuple(fc.integer({min: 0, max: 1000}), fc.integer({min: 1, max: 1000}));

  it('never rises and stays between its initial value and its floor', () => {
    fc.assert(
      fc.property(share, share, steps, (a, b, [beginStep, length]) => {
        const [floor, initial] = [Math.min(a, b), Math.max(a, b)];
        const schedule = make(initial, beginStep + length, floor, beginStep);
        let previous = initial;
        for (let step = Math.max(beginStep - 2, 0); step <= beginStep + length + 2; step++) {
          const value = schedule(step);
          expect(value).toBeLessThanOrEqual(previous + 1e-15);
          expect(value).toBeGreaterThanOrEqual(floor);
          previous = value;
        }
      }),
      {numRuns: 50},
    );
  });

  it('is exactly the initial value up to the begin and exactly the floor from the end on', () => {
    const schedule = make(0.3, 30, 0.1, 10);
    expect([0, 9, 10].map(schedule)).toEqual([0.3, 0.3, 0.3]);
    expect([30, 31, 1e9].map(schedule)).toEqual([0.1, 0.1, 0.1]);
    expect(schedule(11)).toBeLessThan(0.3);
    expect(schedule(29)).toBeGreaterThan(0.1);
  });

  it('depends on the steps since the begin only', () => {
    const early = make(0.5, 40, 0.01, 0);
    const late = make(0.5, 140, 0.01, 100);
    for (let step = 0; step <= 40; step++) expect(late(step + 100)).toBe(early(step));
  });
});

describe('decay', () => {
  const make = (initial: number, endStep: number, floor: number, beginStep: number) =>
    decay('linearDecay', initial, endStep, {floor, beginStep}, (progress) => 1 - progress);

  it('passes the progress to its curve', () => {
    const schedule = decay('test', 1, 14, {floor: 0, beginStep: 10}, (progress) => 1 - progress ** 2);
    expect([11, 12, 13].map(schedule)).toEqual([1 - 1 / 16, 1 - 1 / 4, 1 - 9 / 16]);
  });

  it.each([50, -0.1, Number.NaN])('refuses the initial value %s', (initial) => {
    expect(() => make(initial, 10, 0, 0)).toThrow(
      new RangeError(`linearDecay: initial must be in [0, 1], received ${initial}. For 50 % write 0.5.`),
    );
  });

  it.each([0.6, -0.1, Number.NaN])('refuses the floor %s under an initial value of 0.5', (floor) => {
    expect(() => make(0.5, 10, floor, 0)).toThrow(`linearDecay: floor must be in [0, 0.5], received ${floor}.`);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to begin at step %s', (beginStep) => {
    expect(() => make(0.5, 10, 0, beginStep)).toThrow(
      `linearDecay: beginStep must be a finite number of at least 0, received ${beginStep}.`,
    );
  });

  it.each([5, 4, Number.NaN, Number.POSITIVE_INFINITY])('refuses to end at step %s after a begin at 5', (endStep) => {
    expect(() => make(0.5, endStep, 0, 5)).toThrow(
      `linearDecay: endStep must be finite and above beginStep 5, received ${endStep}.`,
    );
  });
});
