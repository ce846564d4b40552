import fc from 'fast-check';
import {expect, it} from 'vitest';
import {erdosRenyi} from '../../../src/algorithms/distributions/erdosRenyi.ts';
import {erdosRenyiKernel} from '../../../src/algorithms/distributions/erdosRenyiKernel.ts';
import {anyDensity, anyLayers} from '../../support/layers.ts';

it('connections are in proportion to the sum of the dimensions', () => {
  // Sums 3 + 3 + 4 + 8 = 18 and 32 + 10 = 42, budget 0.1 · (288 + 320) = 60.8.
  const layers = [
    {name: 'conv', shape: [3, 3, 4, 8]},
    {name: 'fc', shape: [32, 10]},
  ];
  const [conv, fc] = erdosRenyiKernel()(layers, 0.1);
  expect(conv * 288).toBeCloseTo((60.8 * 18) / 60, 10);
  expect(fc * 320).toBeCloseTo((60.8 * 42) / 60, 10);
});

it('for dense layers it is erdosRenyi', () => {
  fc.assert(
    fc.property(anyLayers, anyDensity, (layers, density) => {
      const dense = layers.filter(({shape}) => shape.length === 2);
      const expected = erdosRenyi()(dense, density);
      for (const [i, layerDensity] of erdosRenyiKernel()(dense, density).entries()) {
        expect(layerDensity).toBeCloseTo(expected[i], 12);
      }
    }),
  );
});

it('the order of the dimensions does not matter', () => {
  const [a, b] = erdosRenyiKernel()(
    [
      {name: 'tensorflow', shape: [3, 3, 4, 8]},
      {name: 'torch', shape: [8, 4, 3, 3]},
    ],
    0.3,
  );
  expect(a).toBe(b);
});

it('a powerScale that is not a number is refused', () => {
  expect(() => erdosRenyiKernel({powerScale: Number.NaN})).toThrow(
    'erdosRenyiKernel: powerScale must be a finite number of at least 0, received NaN.',
  );
});
