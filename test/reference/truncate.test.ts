import {describe, expect, test} from 'vitest';
import {gradientGrowth} from '../../src/algorithms/growers/gradientGrowth.ts';
import {magnitudePruning} from '../../src/algorithms/pruners/magnitudePruning.ts';
import {setPruning} from '../../src/algorithms/pruners/setPruning.ts';
import {taylorPruning} from '../../src/algorithms/pruners/taylorPruning.ts';
import {thresholdPruning} from '../../src/algorithms/pruners/thresholdPruning.ts';
import type {Pruner} from '../../src/algorithms/types.ts';
import {updateConnectivity} from '../../src/algorithms/updateConnectivity.ts';
import {createPositionSet} from '../../src/topology/positionSet.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {atActive, carry, denseGradient, toDense, topologyFromTorch} from '../support/layer.ts';
import {momentumScore, type OptimizerState} from '../support/momentumScore.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Layer {
  name: string;
  shape: number[];
  before: {weight: number[]; grad: number[]; mask: number[]} & OptimizerState;
  after: {weight: number[]; mask: number[]} & OptimizerState;
  num_remove: number;
  num_dropped_and_regrown?: number;
}

interface Case {
  name: string;
  death: 'magnitude' | 'SET' | 'Taylor_FO' | 'threshold';
  growth: 'gradient' | 'momentum' | 'momentum_neuron';
  optimizer: 'sgd' | 'adam';
  death_rate: number;
  threshold?: number;
  layers: Layer[];
}

const pruners: {[death in Case['death']]: (each: Case) => Pruner} = {
  magnitude: () => magnitudePruning(),
  SET: () => setPruning(),
  Taylor_FO: () => taylorPruning(),
  threshold: ({threshold}) => thresholdPruning(threshold as number),
};

/** One update of one layer; momentum growth is gradient growth with the momentum in place of the gradient. */
function update(each: Case, {shape, before}: Layer) {
  const topology = topologyFromTorch(shape, before.mask);
  const values = atActive(topology, fromTorch(shape, before.weight));
  const explored = createPositionSet(topology.size);
  explored.add(topology.positions());
  const result = updateConnectivity({
    topology,
    values,
    gradientAtActive: atActive(topology, fromTorch(shape, before.grad)),
    denseGradient: denseGradient(fromTorch(shape, each.growth === 'gradient' ? before.grad : momentumScore(before))),
    explored,
    fraction: each.death_rate,
    pruner: pruners[each.death](each),
    grower: gradientGrowth(),
    random: seededRandom(1),
  });
  const carried = (dense: readonly number[]) => carry(atActive(topology, fromTorch(shape, dense)), result.source);
  return {...result, topology, carried};
}

const plain = (values: ArrayLike<number>) => Array.from(values, (value) => Math.fround(value) + 0); // −0 becomes 0
const count = (mask: readonly number[]) => mask.reduce((a, b) => a + b, 0);

describeReference('a whole update against the official one', () => {
  const all = readReference<Case[]>('truncate').flatMap((each) =>
    each.layers.map((layer) => ({each, layer, title: `${each.name} ${layer.name}`})),
  );
  const same = all.filter(({each}) => each.death !== 'SET' && each.growth !== 'momentum_neuron');

  test.each(same)('$title: the same connections, weights and momentum', ({each, layer}) => {
    const {next, carried, dropped, grown} = update(each, layer);
    expect(dropped.length).toBe(layer.num_remove);
    expect([...next.mask()]).toEqual(fromTorch(layer.shape, layer.after.mask));
    expect(grown.filter((position) => dropped.includes(position)).length).toBe(layer.num_dropped_and_regrown);
    const {weight, momentum_buffer} = layer.after;
    expect(plain(toDense(next, carried(layer.before.weight)))).toEqual(plain(fromTorch(layer.shape, weight)));
    if (momentum_buffer) {
      const momentum = carried(layer.before.momentum_buffer as number[]);
      expect(plain(toDense(next, momentum))).toEqual(plain(fromTorch(layer.shape, momentum_buffer)));
    }
  });

  describe('where it differs', () => {
    test.each(
      same.filter(({each}) => each.optimizer === 'adam'),
    )('$title: a new connection starts with moments of 0, officially with what lay at its place', ({each, layer}) => {
      const {next, carried, source} = update(each, layer);
      for (const name of ['exp_avg', 'exp_avg_sq'] as const) {
        const official = atActive(next, fromTorch(layer.shape, layer.after[name] as number[]));
        const expected = official.map((moment, slot) => (source[slot] < 0 ? 0 : moment));
        expect(carried(layer.before[name] as number[])).toEqual(expected);
        expect(source.some((slot, k) => slot < 0 && official[k] !== 0)).toBe(true);
      }
    });

    test.each(
      all.filter(({each}) => each.death === 'SET'),
    )("$title: SET drops by its authors' rule, as many as are grown; what stays keeps its weight", ({each, layer}) => {
      const {next, topology, carried, dropped, grown, source} = update(each, layer);
      const share = each.death_rate * topology.nnz;
      expect(dropped.length).toBeGreaterThanOrEqual(share);
      expect(dropped.length).toBeLessThan(share + 3);
      expect([...next.mask()]).not.toEqual(fromTorch(layer.shape, layer.after.mask));
      expect(grown.length).toBe(dropped.length);
      expect(next.nnz).toBe(topology.nnz);
      const weight = fromTorch(layer.shape, layer.before.weight);
      const expected = [...next.positions()].map((position, k) => (source[k] < 0 ? 0 : weight[position]));
      expect(plain(carried(layer.before.weight))).toEqual(plain(expected));
    });

    test.each(
      all.filter(({each}) => each.growth === 'momentum_neuron'),
    )('$title: the official layer shrinks by what was dropped, here it cannot', ({each, layer}) => {
      expect(layer.after.mask.every((active, place) => active <= layer.before.mask[place])).toBe(true);
      expect(count(layer.after.mask)).toBe(count(layer.before.mask) - layer.num_remove);
      expect(update(each, layer).next.nnz).toBe(count(layer.before.mask));
    });
  });

  test.each(
    same.filter(({each}) => each.growth === 'momentum' && each.optimizer === 'sgd'),
  )('$title: momentum masked at every step can only bring back what was dropped, so that nothing changes', ({
    each,
    layer,
  }) => {
    const {next, topology, source, dropped, grown} = update(each, layer);
    expect(layer.num_dropped_and_regrown).toBe(layer.num_remove);
    expect([...grown]).toEqual([...dropped]);
    expect(next.equals(topology)).toBe(true);
    expect([...source]).toEqual([...source.keys()]);
  });
});
