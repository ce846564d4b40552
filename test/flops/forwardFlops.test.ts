import {describe, expect, it} from 'vitest';
import {allocateConnections} from '../../src/algorithms/allocateConnections.ts';
import {forwardFlops} from '../../src/flops/forwardFlops.ts';
import {resnet50} from '../support/resnet50.ts';

it('counts two operations per connection and output position', () => {
  const layers = [
    {shape: [3, 3, 2, 4], nnz: 10, positions: 25},
    {shape: [100, 10], nnz: 30, positions: 1},
  ];
  // Sparse 2 · (10 · 25 + 30), dense 2 · (72 · 25 + 1000).
  expect(forwardFlops(layers)).toEqual({sparse: 560, dense: 5600});
  expect(forwardFlops([])).toEqual({sparse: 0, dense: 0});
});

describe('ResNet-50', () => {
  const layers = resnet50();
  const shareOf = (density: number, options: Parameters<typeof allocateConnections>[2]) => {
    const nnz = allocateConnections(layers, density, options);
    const {sparse, dense} = forwardFlops(layers.map((layer, i) => ({...layer, nnz: nnz[i]})));
    return sparse / dense;
  };

  it('needs the published 8.2e9 operations', () => {
    const {dense} = forwardFlops(layers.map((layer) => ({...layer, nnz: 0})));
    expect(dense).toBe(8_178_368_512);
  });

  it('with ERK needs the published share of 0.42 at a density of 0.2 and 0.24 at 0.1', () => {
    expect(Math.abs(shareOf(0.2, {distribution: 'erdosRenyiKernel'}) - 0.42)).toBeLessThan(0.01);
    expect(Math.abs(shareOf(0.1, {distribution: 'erdosRenyiKernel'}) - 0.24)).toBeLessThan(0.01);
  });

  it('with a uniform distribution and a dense first layer needs 0.23 and 0.13', () => {
    expect(Math.abs(shareOf(0.2, {distribution: 'uniform', firstLayerDense: true}) - 0.23)).toBeLessThan(0.01);
    expect(Math.abs(shareOf(0.1, {distribution: 'uniform', firstLayerDense: true}) - 0.13)).toBeLessThan(0.01);
  });
});

it.each([-1, 1.5, 1001, Number.NaN])('refuses nnz %s', (nnz) => {
  expect(() => forwardFlops([{shape: [100, 10], nnz, positions: 1}])).toThrow(
    `forwardFlops: nnz must be an integer in [0, 1000] for the shape [100,10], received ${nnz}.`,
  );
});

it.each([0, 0.5, Number.NaN])('refuses %s output positions', (positions) => {
  expect(() => forwardFlops([{shape: [100, 10], nnz: 1, positions}])).toThrow(
    `forwardFlops: positions must be a positive integer, received ${positions}.`,
  );
});
