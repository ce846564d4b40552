import {expect, it} from 'vitest';
import {checkDensity} from '../../src/algorithms/checkDensity.ts';

it('densities in (0, 1] pass', () => {
  for (const density of [Number.MIN_VALUE, 0.05, 1]) checkDensity('sparsify', 'density', density);
});

it('a percentage is answered with the density that was meant', () => {
  expect(() => checkDensity('sparsify', 'density', 5)).toThrow(
    new RangeError('sparsify: density must be in (0, 1], received 5. For 5 % of the connections write 0.05.'),
  );
});

it.each([0, -0.1, 101, Number.NaN, Number.POSITIVE_INFINITY])('%s is not a density', (density) => {
  expect(() => checkDensity('sparsify', 'density', density)).toThrow(
    `sparsify: density must be in (0, 1], received ${density}. Density is the share`,
  );
});
