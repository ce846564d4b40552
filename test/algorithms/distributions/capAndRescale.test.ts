import fc from 'fast-check';
import {expect, it} from 'vitest';
import {capAndRescale, checkPowerScale} from '../../../src/algorithms/distributions/capAndRescale.ts';
import {sizeOf} from '../../../src/topology/positions.ts';
import {anyDensity, anyLayers} from '../../support/layers.ts';

const layers = [
  {name: 'a', shape: [10, 10]},
  {name: 'b', shape: [10, 5]},
  {name: 'c', shape: [5, 2]},
];
const raw = ({shape}: {shape: readonly number[]}) => (shape[0] + shape[1]) / (shape[0] * shape[1]);

it('below the cap all layers share one factor', () => {
  // Budget 0.1 · 160 = 16; raw · size = in + out = 20, 15, 7, together 42; the factor is 16 / 42.
  expect(capAndRescale(layers, 0.1, raw).map((density, i) => (density * sizeOf(layers[i].shape) * 42) / 16)).toEqual([
    expect.closeTo(20, 10),
    expect.closeTo(15, 10),
    expect.closeTo(7, 10),
  ]);
});

it('what a capped layer cannot take goes to the others', () => {
  // Budget 0.5 · 160 = 80, factor 80 / 42: c would get 7 · 80 / 42 = 13.3 of its 10 places. Capped, 70 are left for a and b,
  // factor 70 / 35 = 2: a gets 40 of 100, b gets 30 of 50.
  expect(capAndRescale(layers, 0.5, raw)).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.6, 12), 1]);
});

it('capping goes on until no layer is above 1', () => {
  // Budget 0.8 · 160 = 128, factor 128 / 42: c is capped. 118 left, factor 118 / 35: b would get 50.6 of 50, is capped too.
  expect(capAndRescale(layers, 0.8, raw)).toEqual([expect.closeTo(0.68, 12), 1, 1]);
});

it('density 1 makes every layer dense, and no layers have no densities', () => {
  for (const density of capAndRescale(layers, 1, raw)) expect(density).toBeCloseTo(1, 12);
  expect(capAndRescale([], 0.1, raw)).toEqual([]);
});

it('for any network the densities are in (0, 1] and spend the budget', () => {
  fc.assert(
    fc.property(anyLayers, anyDensity, fc.double({min: 0, max: 4, noNaN: true}), (network, density, power) => {
      const densities = capAndRescale(network, density, (layer) => (1 / sizeOf(layer.shape)) ** power);
      for (const layerDensity of densities) {
        expect(layerDensity).toBeGreaterThan(0);
        expect(layerDensity).toBeLessThanOrEqual(1);
      }
      const sizes = network.map(({shape}) => sizeOf(shape));
      const budget = density * sizes.reduce((total, size) => total + size, 0);
      const spent = densities.reduce((total, layerDensity, i) => total + layerDensity * sizes[i], 0);
      expect(Math.abs(spent - budget)).toBeLessThanOrEqual(1e-9 * budget);
    }),
  );
});

it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('%s is no power of a raw density', (powerScale) => {
  expect(() => checkPowerScale('erdosRenyi', powerScale)).toThrow(
    `erdosRenyi: powerScale must be a finite number of at least 0, received ${powerScale}.`,
  );
});
