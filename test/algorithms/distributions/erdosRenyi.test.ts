import {expect, it} from 'vitest';
import {erdosRenyi} from '../../../src/algorithms/distributions/erdosRenyi.ts';

const layers = [
  {name: 'a', shape: [20, 20]},
  {name: 'b', shape: [20, 5]},
];

it('connections are in proportion to inputs + outputs', () => {
  // Budget 0.1 · 500 = 50 connections over 40 + 25 neurons: 50 · 40 / 65 and 50 · 25 / 65.
  const [a, b] = erdosRenyi()(layers, 0.1);
  expect(a * 400).toBeCloseTo((50 * 40) / 65, 10);
  expect(b * 100).toBeCloseTo((50 * 25) / 65, 10);
});

it('the size of a convolution kernel does not count', () => {
  const [wide, narrow] = erdosRenyi()(
    [
      {name: 'wide', shape: [5, 5, 8, 8]},
      {name: 'narrow', shape: [1, 1, 8, 8]},
    ],
    0.1,
  );
  expect(wide).toBeCloseTo(0.1, 12);
  expect(narrow).toBeCloseTo(0.1, 12);
});

it('powerScale 0 is the uniform distribution, 2 squares the ratio of the layers', () => {
  for (const density of erdosRenyi({powerScale: 0})(layers, 0.1)) expect(density).toBeCloseTo(0.1, 12);
  const [a, b] = erdosRenyi()(layers, 0.1);
  const [a2, b2] = erdosRenyi({powerScale: 2})(layers, 0.1);
  expect(b2 / a2).toBeCloseTo((b / a) ** 2, 10);
});

it('a negative powerScale is refused', () => {
  expect(() => erdosRenyi({powerScale: -1})).toThrow(
    'erdosRenyi: powerScale must be a finite number of at least 0, received -1.',
  );
});
