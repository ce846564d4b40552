import {expect, it} from 'vitest';
import {resolveLayerDensities} from '../../../src/algorithms/distributions/layerDensities.ts';

const layers = [
  {name: 'conv', shape: [3, 3, 4, 8]},
  {name: 'toString', shape: [32, 16]},
  {name: 'fc', shape: [16, 10]},
];

it('a record gives the layers that it names their density', () => {
  expect(resolveLayerDensities('sparsify', layers, {fc: 1, conv: 0.3})).toEqual([0.3, undefined, 1]);
});

it('a function gives the layers for which it returns a number their density', () => {
  const densities = ({shape}: {shape: readonly number[]}) => (shape.length === 4 ? 0.5 : undefined);
  expect(resolveLayerDensities('sparsify', layers, densities)).toEqual([0.5, undefined, undefined]);
});

it('an unknown name is refused, with the names there are', () => {
  expect(() => resolveLayerDensities('sparsify', layers, {fc2: 0.5})).toThrow(
    "sparsify: densities must name layers of the model, received 'fc2'. The layers are conv, toString, fc.",
  );
});

it('a density outside (0, 1] is refused, with the name of its layer', () => {
  expect(() => resolveLayerDensities('sparsify', layers, {fc: 30})).toThrow(
    "sparsify: the density of layer 'fc' must be in (0, 1], received 30. For 30 % of the connections write 0.3.",
  );
  expect(() => resolveLayerDensities('sparsify', layers, () => Number.NaN)).toThrow(/'conv' must be .* received NaN/);
});
