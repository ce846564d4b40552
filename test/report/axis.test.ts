import {describe, expect, it} from 'vitest';
import {axisLabel, evenTicks, horizontalTicks} from '../../src/report/axis.ts';

describe('axisLabel', () => {
  it.each<[number[], string[]]>([
    [
      [0, 1e-7, 2e-7, 3e-7],
      ['0', '1e-7', '2e-7', '3e-7'],
    ],
    [
      [1.5e-7, 2e-7],
      ['1.5e-7', '2e-7'],
    ],
    [
      [99.01, 99.012, 99.014, 99.02],
      ['99.010', '99.012', '99.014', '99.020'],
    ],
    [
      [0, 0.5, 1, 1.5],
      ['0', '0.5', '1.0', '1.5'],
    ],
    [
      [0.1 + 0.2, 0.4],
      ['0.3', '0.4'],
    ],
    [
      [120_000, 120_020, 120_120],
      ['120,000', '120,020', '120,120'],
    ],
    [
      [0, 5000, 10_000],
      ['0', '5 k', '10 k'],
    ],
    [
      [8000, 9000],
      ['8000', '9000'],
    ],
    [
      [1e9, 2e9, 5e9, 1e10],
      ['1 G', '2 G', '5 G', '10 G'],
    ],
    [
      [500_000, 1_000_000, 1_500_000],
      ['500 k', '1 M', '1.5 M'],
    ],
    [
      [2.1e12, 2.1001e12],
      ['2.1 T', '2.1001 T'],
    ],
    [
      [1e30, 2e30],
      ['1e+30', '2e+30'],
    ],
    [
      [-20, -10, 0, 10],
      ['-20', '-10', '0', '10'],
    ],
  ])('tells the ticks %j apart, with as many decimals everywhere', (ticks, labels) => {
    expect(ticks.map((tick) => axisLabel(tick, ticks))).toEqual(labels);
  });

  it('writes a tick by itself short', () => {
    expect([0, 7, 2.3e12, 0.25, 3e-7].map((tick) => axisLabel(tick))).toEqual(['0', '7', '2.3 T', '0.25', '3e-7']);
  });
});

it('ticks lie between the ends of an axis, at round numbers', () => {
  expect(evenTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(evenTicks(0.1, 0.7, 6)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  expect(evenTicks(2.1e12, 4.2e12, 3)).toEqual([2.5e12, 3e12, 3.5e12, 4e12]);
  expect(evenTicks(7, 7, 6)).toEqual([7]);
});

it('ticks of whole numbers are whole, and fewer where their labels are long', () => {
  expect(horizontalTicks(-0.5, 1.5, true)).toEqual([0, 1]);
  expect(horizontalTicks(1, 3, true)).toEqual([1, 2, 3]);
  expect(horizontalTicks(0.5, 1.4, true)).toEqual([1]);
  expect(horizontalTicks(120_000, 120_120, true)).toEqual([120_000, 120_050, 120_100]);
  expect(horizontalTicks(0, 1000, true)).toEqual([0, 200, 400, 600, 800, 1000]);
});
