import {expect, test} from 'vitest';
import {thresholdPruning} from '../../src/algorithms/pruners/thresholdPruning.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {atActive, pruneRequest, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  weight: number[];
  mask: number[];
  threshold: number;
  new_mask: number[];
  num_removed: number;
}

describeReference('threshold pruning against the official threshold death', () => {
  test.each(readReference<Case[]>('death-threshold'))('$name: the same connections', (each) => {
    const topology = topologyFromTorch(each.shape, each.mask);
    const values = atActive(topology, fromTorch(each.shape, each.weight));
    const dropped = thresholdPruning(each.threshold).prune(pruneRequest(values, {topology}));
    expect(dropped.length).toBe(each.num_removed);
    expect([...updateTopology(topology, dropped, new Int32Array(0)).next.mask()]).toEqual(
      fromTorch(each.shape, each.new_mask),
    );
  });
});
