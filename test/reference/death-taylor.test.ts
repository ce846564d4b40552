import {expect, test} from 'vitest';
import {taylorPruning} from '../../src/algorithms/pruners/taylorPruning.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {atActive, pruneRequest, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  death_rate: number;
  weight: number[];
  grad: number[];
  mask: number[];
  new_mask: number[];
  num_removed: number;
  num_remove_asked: number;
}

describeReference('Taylor pruning against the official taylor_FO', () => {
  test.each(readReference<Case[]>('death-taylor'))('$name: the same connections', (each) => {
    const {shape, weight, grad, mask, death_rate} = each;
    const topology = topologyFromTorch(shape, mask);
    const values = atActive(topology, fromTorch(shape, weight));
    const gradient = atActive(topology, fromTorch(shape, grad));
    const dropped = taylorPruning().prune(pruneRequest(values, {topology, gradient, fraction: death_rate}));
    expect(each.num_removed).toBe(each.num_remove_asked);
    expect(dropped.length).toBe(each.num_removed);
    expect([...updateTopology(topology, dropped, new Int32Array(0)).next.mask()]).toEqual(
      fromTorch(shape, each.new_mask),
    );
  });
});
