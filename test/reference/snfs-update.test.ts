import {describe, expect, it} from 'vitest';
import {gradient, magnitude} from '../../src/algorithms/criteria.ts';
import {gradientGrowth} from '../../src/algorithms/growers/gradientGrowth.ts';
import {magnitudePruning} from '../../src/algorithms/pruners/magnitudePruning.ts';
import {byMean} from '../../src/algorithms/redistribution/byMean.ts';
import type {Redistribution} from '../../src/algorithms/types.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {atActive, denseGradient, growRequest, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';
import {updateLayers} from '../support/updateLayers.ts';

interface Before {
  weight: number[];
  mask: number[];
  momentum_buffer?: number[];
  exp_avg?: number[];
  exp_avg_sq?: number[];
}
interface Case {
  name: string;
  redistribution: 'momentum' | 'magnitude' | 'nonzero' | 'none';
  prune_rate: number;
  layers: {name: string; shape: number[]}[];
  updates: {
    before: Before[];
    adjusted_growth_before?: number;
    share?: (number | string)[];
    layer_prune_rate?: number[];
    num_removed?: number[];
    total_removed?: number;
    mask_after_prune?: number[][];
    num_grow_asked?: number[];
    num_grown?: number[];
    after?: {mask: number[]}[];
    official_error?: string;
  }[];
}

/** What the official code calls momentum: of Adam, the direction of its step. */
function momentumOf({momentum_buffer, exp_avg, exp_avg_sq}: Before): number[] {
  return momentum_buffer ?? exp_avg!.map((m, i) => Math.fround(m / (Math.sqrt(exp_avg_sq![i]) + 1e-8)));
}

const cases = () =>
  readReference<Case[]>('snfs-update').flatMap(({updates, ...each}) =>
    updates
      .filter(({official_error}) => !official_error)
      .map((update, i) => ({...each, ...update, title: `${each.name} ${i}`})),
  );

describeReference('sparse momentum against sparse_learning', () => {
  const states = ({layers, before}: ReturnType<typeof cases>[number]) =>
    layers.map(({name, shape}, i) => ({
      name,
      topology: topologyFromTorch(shape, before[i].mask),
      weights: fromTorch(shape, before[i].weight),
      gradient: denseGradient(fromTorch(shape, momentumOf(before[i]))),
    }));

  describe.each(cases())('$title', (each) => {
    const {layers, redistribution, share, layer_prune_rate, mask_after_prune, num_grow_asked, num_grown, after} = each;
    const redistributions: Partial<Record<string, Redistribution>> = {
      momentum: byMean(gradient()),
      magnitude: byMean(magnitude()),
    };
    const ours = redistributions[redistribution];

    it.runIf(ours)('the same shares of the layers', () => {
      const active = states(each).map(({topology, weights, gradient, name}) => ({
        name,
        topology,
        values: atActive(topology, weights),
        gradient: atActive(topology, gradient.block(0, topology.size)),
        random: seededRandom(1),
      }));
      const shares = ours!.grow!(
        active,
        active.map(() => 0),
      );
      const sum = shares.reduce((a, b) => a + b, 0);
      shares.forEach((mine, i) => {
        if (sum > 0) expect(mine / sum).toBeCloseTo(share![i] as number, 5);
        else expect(mine).toBe(0);
      });
    });

    it('the same connections go, and those with the largest momentum come', () => {
      states(each).forEach(({topology, weights, gradient}, i) => {
        const rate = layer_prune_rate![i];
        const values = atActive(topology, weights);
        const k = Math.ceil(rate * values.length);
        const request = {name: '', topology, values, fraction: rate, k, left: values.length, random: seededRandom(1)};
        const dropped = magnitudePruning().prune(request);
        const kept = updateTopology(topology, dropped, new Int32Array(0)).next;
        expect([...kept.mask()]).toEqual(fromTorch(layers[i].shape, mask_after_prune![i]));
        // The official code wastes what it grows beyond the places whose momentum is not 0.
        if (num_grow_asked![i] !== num_grown![i]) return;
        const grown = gradientGrowth().grow(growRequest(kept, num_grown![i], {gradient}));
        expect([...updateTopology(kept, new Int32Array(0), grown).next.mask()]).toEqual(
          fromTorch(layers[i].shape, after![i].mask),
        );
      });
    });

    it.runIf(ours)(
      'the network keeps its connections exactly, where the official one rounds up per layer',
      async () => {
        const before = states(each);
        const updated = await updateLayers(before, {
          fraction: each.prune_rate,
          pruner: magnitudePruning(),
          grower: gradientGrowth(),
          redistribution: ours,
        });
        const nnz = (topologies: readonly {nnz: number}[]) =>
          topologies.reduce((sum, topology) => sum + topology.nnz, 0);
        expect(nnz(updated.map(({next}) => next))).toBe(nnz(before.map(({topology}) => topology)));
        const isPlain =
          each.adjusted_growth_before === 0 && each.layer_prune_rate!.every((rate) => rate === each.prune_rate);
        const fits = num_grow_asked!.every(
          (asked, i) => asked === num_grown![i] && updated[i].next.nnz < updated[i].next.size,
        );
        // Without any momentum theirs grows nothing, and the network shrinks.
        const hasShares = each.share!.some((part) => Number(part) > 0);
        if (!isPlain || !fits || !hasShares) return;
        updated.forEach(({dropped, grown}, i) => {
          expect(dropped.length).toBe(each.num_removed![i]);
          expect(Math.abs(grown.length - num_grow_asked![i])).toBeLessThanOrEqual(1);
        });
      },
    );
  });

  it('an error of the official code where a layer has no connections: here it grows none and the others go on', async () => {
    const each = readReference<Case[]>('snfs-update').find(({name}) => name === 'empty-layer')!;
    expect(each.updates.some(({official_error}) => official_error)).toBe(true);
    const before = each.layers.map(({name, shape}, i) => ({
      name,
      topology: topologyFromTorch(shape, each.updates[0].before[i].mask),
      weights: fromTorch(shape, each.updates[0].before[i].weight),
      gradient: denseGradient(fromTorch(shape, momentumOf(each.updates[0].before[i]))),
    }));
    const updated = await updateLayers(before, {
      fraction: each.prune_rate,
      pruner: magnitudePruning(),
      grower: gradientGrowth(),
      redistribution: byMean(gradient()),
    });
    const empty = before.findIndex(({topology}) => topology.nnz === 0);
    expect(updated[empty].next.nnz).toBe(0);
    expect(updated.some(({grown}) => grown.length > 0)).toBe(true);
  });
});
