import {describe, expect, it} from 'vitest';
import {allocateConnections} from '../../src/algorithms/allocateConnections.ts';
import {erdosRenyi} from '../../src/algorithms/distributions/erdosRenyi.ts';
import {erdosRenyiKernel} from '../../src/algorithms/distributions/erdosRenyiKernel.ts';
import type {LayerShape} from '../../src/algorithms/types.ts';
import {describeReference, readReference, shapeFromTorch} from '../support/reference.ts';

interface RigLResult {
  layer_density: number[];
  active_count: number[];
  total_active: number;
}

interface DensityResult {
  density: number;
  itop: {layer_density: number[]; capped: string[]; expected_active: number};
  itop_power_scale: Record<string, {layer_density: number[]; capped: string[]}>;
  rigl_erdos_renyi_kernel: RigLResult;
  rigl_erdos_renyi: RigLResult;
  rigl_erdos_renyi_kernel_first_layer_dense: {layer_density: number[]} | {official_error: string};
  itop_imagenet_er?: {layer_probability: number[]; expected_active: number};
}

interface Model {
  model: string;
  layers: {name: string; shape: number[]; size: number}[];
  total: number;
  results: DensityResult[];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function expectClose(densities: readonly number[], expected: readonly number[]): void {
  expect(densities.length).toBe(expected.length);
  for (const [i, density] of densities.entries()) expect(Math.abs(density - expected[i])).toBeLessThan(1e-12);
}

/**
 * The density that RigL really spends: it counts floor(size · (1 − density)) zeros in each layer, and so more connections
 * than the density asks for.
 */
function densityOfRigL(layers: Model['layers'], density: number): number {
  const ones = layers.map(({size}) => size - Math.floor(size * (1 - density)));
  return sum(ones) / sum(layers.map(({size}) => size));
}

describeReference('ERK against ITOP and RigL', () => {
  for (const {model, layers: torchLayers, total, results} of readReference<Model[]>('init-erk')) {
    const layers: LayerShape[] = torchLayers.map(({name, shape}) => ({name, shape: shapeFromTorch(shape)}));
    const sizes = torchLayers.map(({size}) => size);

    describe.each(results)(`${model} at density $density`, (result) => {
      const {density} = result;

      it('gives the densities of ITOP and makes the same layers dense', () => {
        const densities = erdosRenyiKernel()(layers, density);
        expectClose(densities, result.itop.layer_density);
        for (const name of result.itop.capped) {
          expect(densities[layers.findIndex((layer) => layer.name === name)]).toBe(1);
        }
        expect(sum(densities.map((layerDensity, i) => layerDensity * sizes[i]))).toBeCloseTo(
          result.itop.expected_active,
          5,
        );
      });

      it.each(
        Object.entries(result.itop_power_scale),
      )('gives the densities of ITOP with a power scale of %s', (scale, expected) => {
        expectClose(erdosRenyiKernel({powerScale: Number(scale)})(layers, density), expected.layer_density);
      });

      it('gives the densities of RigL for the density that RigL spends after its rounding', () => {
        const spent = densityOfRigL(torchLayers, density);
        expectClose(erdosRenyiKernel()(layers, spent), result.rigl_erdos_renyi_kernel.layer_density);
        expectClose(erdosRenyi()(layers, spent), result.rigl_erdos_renyi.layer_density);
      });

      it('meets the budget exactly, where RigL exceeds it by up to two connections per layer', () => {
        const budget = Math.round(density * total);
        for (const [distribution, rigl] of [
          ['erdosRenyiKernel', result.rigl_erdos_renyi_kernel],
          ['erdosRenyi', result.rigl_erdos_renyi],
        ] as const) {
          expect(sum(allocateConnections(layers, density, {distribution}))).toBe(budget);
          expect(rigl.total_active - budget).toBeGreaterThanOrEqual(0);
          expect(rigl.total_active - budget).toBeLessThanOrEqual(2 * layers.length);
        }
      });

      it('keeps the first layer out of the budget, as RigL does', () => {
        const official = result.rigl_erdos_renyi_kernel_first_layer_dense;
        const counts = allocateConnections(layers, density, {firstLayerDense: true});
        expect(counts[0]).toBe(sizes[0]);
        expect(sum(counts)).toBe(sizes[0] + Math.round(density * (total - sizes[0])));
        if ('official_error' in official) {
          // With no other layer RigL divides by zero.
          expect([layers.length, official.official_error]).toEqual([1, 'ZeroDivisionError: division by zero']);
          return;
        }
        const spent = densityOfRigL(torchLayers.slice(1), density);
        expectClose([1, ...erdosRenyiKernel()(layers.slice(1), spent)], official.layer_density);
        // Our counts are those of ITOP's formula over the other layers.
        const expected = erdosRenyiKernel()(layers.slice(1), density);
        for (const [i, layerDensity] of expected.entries()) {
          expect(Math.abs(counts[i + 1] - layerDensity * sizes[i + 1])).toBeLessThan(1);
        }
      });

      const search = result.itop_imagenet_er;
      if (search) {
        it("meets the budget exactly, where the search of ITOP's ImageNet script misses it", () => {
          // The script's probabilities may exceed 1; what is above 1 is lost, not given to the other layers.
          const active = sum(search.layer_probability.map((probability, i) => Math.min(probability, 1) * sizes[i]));
          expect(active).toBeCloseTo(search.expected_active, 3);
          const budget = Math.round(density * total);
          expect(Math.abs(search.expected_active - budget)).toBeGreaterThan(1);
          expect(sum(allocateConnections(layers, density))).toBe(budget);
        });
      }
    });
  }
});
