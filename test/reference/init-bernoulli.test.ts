import {describe, expect, it} from 'vitest';
import {allocateConnections} from '../../src/algorithms/allocateConnections.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {describeReference, readReference, shapeFromTorch} from '../support/reference.ts';

interface Case {
  name: string;
  mode: 'ERK' | 'uniform';
  density: number;
  layers: {
    name: string;
    shape: number[];
    size: number;
    probability: number;
    binomial_mean: number;
    observed_min: number;
    observed_max: number;
  }[];
  observed_total_density_min: number;
  observed_total_density_max: number;
}

describeReference('initial masks against ITOP, which draws them by coin flips', () => {
  describe.each(readReference<Case[]>('init-bernoulli'))('$name', (official) => {
    const {density, layers, mode} = official;
    const shapes = layers.map(({name, shape}) => ({name, shape: shapeFromTorch(shape)}));
    const distribution = mode === 'ERK' ? 'erdosRenyiKernel' : 'uniform';
    const counts = allocateConnections(shapes, density, {distribution});

    it('each layer gets the expected number of the official draws, to less than one connection', () => {
      for (const [i, {size, probability, binomial_mean}] of layers.entries()) {
        expect(binomial_mean).toBeCloseTo(size * probability, 6);
        expect(Math.abs(counts[i] - binomial_mean)).toBeLessThan(1);
      }
    });

    it('every draw has exactly this number, where the official counts vary', () => {
      for (const [i, {observed_min, observed_max}] of layers.entries()) {
        expect(observed_max - observed_min).toBeGreaterThan(10);
        for (let seed = 0; seed < 20; seed++) {
          expect(Topology.random(shapes[i].shape, counts[i], seededRandom(seed)).nnz).toBe(counts[i]);
        }
      }
    });

    it('the total density is exact, where the official one misses the target either way', () => {
      const total = layers.reduce((sum, {size}) => sum + size, 0);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Math.round(density * total));
      expect(official.observed_total_density_min).toBeLessThan(density);
      expect(official.observed_total_density_max).toBeGreaterThan(density);
    });
  });
});
