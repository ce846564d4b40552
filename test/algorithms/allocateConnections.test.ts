import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {allocateConnections} from '../../src/algorithms/allocateConnections.ts';
import {sizeOf} from '../../src/topology/positions.ts';
import {anyDensity, anyLayers} from '../support/layers.ts';

const layers = [
  {name: 'a', shape: [10, 10]},
  {name: 'b', shape: [10, 5]},
  {name: 'c', shape: [5, 2]},
];
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('the budget', () => {
  it('connections left over go to the largest fractions', () => {
    // ERK, budget 0.1 · 160 = 16 over 20 + 15 + 7 neurons: 7.62, 5.71, 2.67. Rounded down 7, 5, 2; the two left over go to
    // b (.71) and c (.67).
    expect(allocateConnections(layers, 0.1)).toEqual([7, 6, 3]);
  });

  it('among equal fractions the earlier layer goes first', () => {
    const equal = ['a', 'b', 'c', 'd'].map((name) => ({name, shape: [5, 5]}));
    // 0.1 · 25 = 2.5 each, 10 together.
    expect(allocateConnections(equal, 0.1, {distribution: 'uniform'})).toEqual([3, 3, 2, 2]);
  });

  it('a layer too small for its share still gets one connection, at the cost of the others', () => {
    const small = [
      {name: 'large', shape: [100, 10]},
      {name: 'tiny', shape: [2, 1]},
      {name: 'tiny too', shape: [1, 2]},
    ];
    // Uniform at 0.01: 10, 0.02, 0.02; round(10.04) = 10 connections in all.
    expect(allocateConnections(small, 0.01, {distribution: 'uniform'})).toEqual([8, 1, 1]);
  });

  it('for any network the total is exact and each layer has one connection to all of them', () => {
    const distributions = fc.constantFrom('uniform', 'erdosRenyi', 'erdosRenyiKernel');
    fc.assert(
      fc.property(anyLayers, anyDensity, distributions, (network, density, distribution) => {
        const sizes = network.map(({shape}) => sizeOf(shape));
        const budget = Math.round(density * sum(sizes));
        fc.pre(budget >= network.length);
        const counts = allocateConnections(network, density, {distribution});
        expect(sum(counts)).toBe(budget);
        for (const [i, count] of counts.entries()) {
          expect(Number.isInteger(count) && count >= 1 && count <= sizes[i]).toBe(true);
        }
      }),
    );
  });

  it('where no layer is tiny, no count is a whole connection away from its share', () => {
    fc.assert(
      fc.property(anyLayers, anyDensity, (network, density) => {
        const sizes = network.map(({shape}) => sizeOf(shape));
        fc.pre(sizes.every((size) => size * density >= 1));
        const counts = allocateConnections(network, density, {distribution: 'uniform'});
        for (const [i, count] of counts.entries()) expect(Math.abs(count - density * sizes[i])).toBeLessThan(1);
      }),
    );
  });

  it('layers beyond 2^31 positions are counted exactly', () => {
    const huge = [
      {name: 'a', shape: [1e6, 1e6]},
      {name: 'b', shape: [1e6, 10]},
    ];
    expect(sum(allocateConnections(huge, 1e-6))).toBe(1_000_010);
  });
});

describe('layers outside the budget', () => {
  it('density holds over the layers that are not kept dense', () => {
    // a is dense; of the 60 positions of b and c 6 are shared by 15 + 7 neurons: 4.09, 1.91.
    expect(allocateConnections(layers, 0.1, {firstLayerDense: true})).toEqual([100, 4, 2]);
    // c is dense; of the 150 positions of a and b 15 are shared by 20 + 15 neurons: 8.57, 6.43.
    expect(allocateConnections(layers, 0.1, {lastLayerDense: true})).toEqual([9, 6, 10]);
    expect(allocateConnections(layers, 0.1, {firstLayerDense: true, lastLayerDense: true})).toEqual([100, 5, 10]);
  });

  it('a single layer can be kept dense', () => {
    expect(allocateConnections(layers.slice(0, 1), 0.1, {firstLayerDense: true, lastLayerDense: true})).toEqual([100]);
  });

  it('a layer with a density of its own gets exactly that, the others share as if it were not there', () => {
    expect(allocateConnections(layers, 0.1, {densities: {b: 0.33}})).toEqual([
      allocateConnections([layers[0], layers[2]], 0.1)[0],
      17,
      allocateConnections([layers[0], layers[2]], 0.1)[1],
    ]);
    expect(allocateConnections(layers, 0.1, {densities: () => 0.3})).toEqual([30, 15, 3]);
  });

  it('a density of its own goes before firstLayerDense, and is never rounded to nothing', () => {
    const [a, , c] = allocateConnections(layers, 0.1, {firstLayerDense: true, densities: {a: 0.5, c: 0.01}});
    expect([a, c]).toEqual([50, 1]);
  });
});

describe('errors', () => {
  it('a density outside (0, 1]', () => {
    expect(() => allocateConnections(layers, 5)).toThrow(
      'allocateConnections: density must be in (0, 1], received 5. For 5 % of the connections write 0.05.',
    );
    expect(() => allocateConnections(layers, 0)).toThrow('allocateConnections: density must be in (0, 1], received 0.');
  });

  it('a density below one connection per layer', () => {
    expect(() => allocateConnections(layers, 0.01)).toThrow(
      'allocateConnections: density must give each of the 3 layers a connection, received 0.01, which is 2 of 160 connections. ' +
        'Use at least 0.01875.',
    );
  });

  it('an unknown layer', () => {
    expect(() => allocateConnections(layers, 0.1, {densities: {d: 1}})).toThrow(
      "allocateConnections: densities must name layers of the model, received 'd'. The layers are a, b, c.",
    );
  });

  it('a distribution with too few densities', () => {
    expect(() => allocateConnections(layers, 0.1, {distribution: () => [0.1, 0.1]})).toThrow(
      'allocateConnections: the distribution must return a density for each of the 3 layers, received 2.',
    );
  });

  it.each([Number.NaN, 1.2, -0.1])('a distribution that returns %s', (density) => {
    expect(() => allocateConnections(layers, 0.1, {distribution: () => [0.1, density, 0.1]})).toThrow(
      `allocateConnections: the distribution must return densities in [0, 1], received ${density} for layer 'b'.`,
    );
  });

  it('a distribution that spends another budget', () => {
    expect(() => allocateConnections(layers, 0.1, {distribution: (all) => all.map(() => 0.9)})).toThrow(
      'allocateConnections: the distribution must divide the density 0.1, received densities that make 0.9 of all layers. ' +
        'Give fixed densities as the option densities instead.',
    );
  });
});
