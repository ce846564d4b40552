import {describe, expect, it} from 'vitest';
import {magnitude} from '../../src/algorithms/criteria.ts';
import {gradientGrowth} from '../../src/algorithms/growers/gradientGrowth.ts';
import {magnitudePruning} from '../../src/algorithms/pruners/magnitudePruning.ts';
import {byRank} from '../../src/algorithms/redistribution/byRank.ts';
import {denseGradient, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';
import {updateLayers} from '../support/updateLayers.ts';

interface Case {
  name: string;
  method: 'GraNet' | 'GMP';
  prune_rate: number;
  layers: {name: string; shape: number[]}[];
  updates: {
    step: number;
    before: {weight: number[]; mask: number[]; grad: number[]}[];
    sparsity: number | null;
    mask_after_prune: number[][];
    num_active_after_prune: number[];
    mask_after_drop?: number[][];
    after: {mask: number[]}[];
    smallest_margin: number;
  }[];
}

const count = (mask: readonly number[]) => mask.reduce((a, b) => a + b, 0);

describeReference('a falling density by rank of the whole network against GraNet', () => {
  describe.each(readReference<Case[]>('granet-update'))('$name', ({method, prune_rate, layers, updates}) => {
    it.each(updates)('step $step: the same connections', async ({before, num_active_after_prune, after}) => {
      const states = before.map(({weight, mask, grad}, i) => ({
        name: layers[i].name,
        topology: topologyFromTorch(layers[i].shape, mask),
        weights: fromTorch(layers[i].shape, weight),
        gradient: denseGradient(fromTorch(layers[i].shape, grad)),
      }));
      const updated = await updateLayers(states, {
        // One fewer stays than GraNet says: it keeps what is above the last one that it asks for.
        total: num_active_after_prune.reduce((a, b) => a + b),
        fraction: method === 'GraNet' ? prune_rate : 0,
        pruner: magnitudePruning(),
        grower: gradientGrowth(),
        redistribution: byRank(magnitude()),
      });
      updated.forEach(({next}, i) => {
        expect(next.nnz).toBe(count(after[i].mask));
        expect([...next.mask()]).toEqual(fromTorch(layers[i].shape, after[i].mask));
      });
    });
  });
});
