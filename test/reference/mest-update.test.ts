import {describe, expect, it} from 'vitest';
import {mest} from '../../src/algorithms/criteria.ts';
import {randomGrowth} from '../../src/algorithms/growers/randomGrowth.ts';
import {dropLowest} from '../../src/algorithms/pruners/dropLowest.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {atActive, denseGradient, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';
import {updateLayers} from '../support/updateLayers.ts';

interface Case {
  name: string;
  shape: number[];
  lmd: number;
  lower_bound: number;
  upper_bound: number;
  weight: number[];
  mask: number[];
  grad: number[] | null;
  importance: number[];
  mask_after_prune: number[];
  num_mask_without_weight: number;
  num_weights_after_prune: number;
  num_active_after: number;
}

describeReference('MEST against its authors', () => {
  const cases = readReference<Case[]>('mest-update');

  /** The layer, with the connections that it has. */
  function layerOf({shape, weight, mask, grad}: Case) {
    const topology = topologyFromTorch(shape, mask);
    const gradient = fromTorch(shape, grad ?? new Array(weight.length).fill(0));
    return {topology, weights: fromTorch(shape, weight), gradient};
  }

  describe.each(cases)('$name', (each) => {
    it('the same importance of what is connected', () => {
      const {topology, weights, gradient} = layerOf(each);
      const scores = mest(each.lmd).active!({
        name: '',
        topology,
        values: atActive(topology, weights),
        gradient: atActive(topology, gradient),
        random: seededRandom(1),
      });
      const official = atActive(topology, fromTorch(each.shape, each.importance));
      scores.forEach((score, slot) => {
        expect(score).toBeCloseTo(official[slot], 5);
      });
    });

    // With a dense gradient theirs ranks places without a weight as well: their number of weights is what both have.
    it('the same connections stay, as many as theirs, and random ones come up to the upper bound', async () => {
      const {topology, weights, gradient} = layerOf(each);
      const values = atActive(topology, weights);
      const k = topology.nnz - each.num_weights_after_prune;
      const request = {
        name: '',
        topology,
        values,
        gradient: atActive(topology, gradient),
        fraction: 0,
        k,
        left: 0,
        random: seededRandom(1),
      };
      const {next} = updateTopology(topology, dropLowest(mest(each.lmd)).prune(request), new Int32Array(0));
      const official = fromTorch(each.shape, each.mask_after_prune);
      if (each.num_mask_without_weight === 0) expect([...next.mask()]).toEqual(official);
      else expect(next.positions().every((position) => official[position] === 1)).toBe(true);

      const layer = {name: 'layer', topology, weights, gradient: denseGradient(gradient)};
      const [update] = await updateLayers([layer], {
        total: Math.max(each.num_active_after, each.num_weights_after_prune),
        fraction: k / topology.nnz,
        pruner: {
          name: 'as many as theirs',
          needsGradient: true,
          prune: (request) => dropLowest(mest(each.lmd)).prune({...request, k}),
        },
        grower: randomGrowth(),
        regrown: 'fresh',
      });
      expect(update.next.nnz).toBe(Math.max(each.num_active_after, each.num_weights_after_prune));
      expect(update.source.filter((slot) => slot >= 0).length).toBe(each.num_weights_after_prune);
    });
  });
});
