import {describe, expect, it} from 'vitest';
import {randomGrowth} from '../../src/algorithms/growers/randomGrowth.ts';
import {adaptiveThresholdPruning} from '../../src/algorithms/pruners/adaptiveThresholdPruning.ts';
import {bySurvivors} from '../../src/algorithms/redistribution/bySurvivors.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {atActive, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';
import {updateLayers} from '../support/updateLayers.ts';

interface Case {
  name: string;
  granularity: 'weight' | 'kernel';
  n_prune_params: number;
  layers: {shape: number[]; mask_shape: number[]}[];
  updates: {
    threshold: number;
    before: {weight: number[]; mask: number[]}[];
    after_prune: {num_pruned: number; kept_one: boolean; mask_after_prune: number[]}[];
    total_pruned: number;
    share: number[];
    num_grow_rounded: number[];
    num_candidates: number[];
    threshold_after: number;
  }[];
}

describeReference('dynamic sparse reparameterization against its authors', () => {
  const cases = readReference<Case[]>('dsr').filter(({granularity}) => granularity === 'weight');

  describe.each(cases)('$name', ({layers, n_prune_params, updates}) => {
    const states = (update: Case['updates'][number]) =>
      layers.map(({shape}, i) => ({
        name: `layer${i}`,
        topology: topologyFromTorch(shape, update.before[i].mask),
        weights: fromTorch(shape, update.before[i].weight),
      }));

    it.each(updates)('threshold $threshold: the same connections go, and the threshold goes on as theirs', (update) => {
      const pruner = adaptiveThresholdPruning(update.threshold);
      const requests = states(update).map(({name, topology, weights}, i) => {
        const values = atActive(topology, weights);
        // What is asked for is one number for the network.
        const k = i === 0 ? n_prune_params : 0;
        return {name, topology, values, fraction: 0, k, left: values.length, random: seededRandom(1)};
      });
      const dropped = pruner.pruneAll!(requests);
      dropped.forEach((slots, i) => {
        const {mask_after_prune, num_pruned, kept_one} = update.after_prune[i];
        expect(slots.length).toBe(num_pruned);
        // Of a layer that would lose all, theirs keeps the first and ours the largest.
        if (kept_one) return;
        const {next} = updateTopology(requests[i].topology, slots, new Int32Array(0));
        expect([...next.mask()]).toEqual(fromTorch(layers[i].shape, mask_after_prune));
      });
      expect(pruner.save!()).toBe(update.threshold_after);
    });

    it.each(
      updates,
    )('threshold $threshold: layers grow in proportion to what they kept, and never what was just dropped', async (update) => {
      const before = states(update);
      const room = update.num_candidates.reduce((a, b) => a + b, 0);
      if (update.total_pruned > room) return;
      const updated = await updateLayers(before, {
        fraction: 0,
        pruner: adaptiveThresholdPruning(update.threshold),
        grower: randomGrowth(),
        redistribution: bySurvivors(),
        regrown: 'never',
      });
      const fits = update.num_grow_rounded.every((count, i) => count <= update.num_candidates[i]);
      updated.forEach(({next, dropped, grown}, i) => {
        expect([...grown].some((position) => dropped.includes(position))).toBe(false);
        // Theirs round each layer by itself and give what is missing to a random one.
        if (fits) expect(Math.abs(grown.length - update.num_grow_rounded[i])).toBeLessThanOrEqual(1);
        expect(next.nnz).toBe(before[i].topology.nnz - dropped.length + grown.length);
      });
      const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
      expect(sum(updated.map(({grown}) => grown.length))).toBe(update.total_pruned);
    });
  });
});
