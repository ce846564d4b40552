import {expect, test} from 'vitest';
import {setPruning} from '../../src/algorithms/pruners/setPruning.ts';
import {Topology} from '../../src/topology/topology.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {atActive, pruneRequest} from '../support/layer.ts';
import {describeReference, readReference} from '../support/reference.ts';

/** Weights are `[in, out]` already. */
interface Case {
  name: string;
  shape: number[];
  zeta: number;
  weight: number[];
  mask: number[];
  new_mask: number[];
  num_removed: number;
  num_active: number;
  num_active_after_regrowth: number;
}

describeReference("SET pruning against the SET authors' code", () => {
  test.each(readReference<Case[]>('death-set-original'))('$name: the same connections', (each) => {
    const topology = Topology.fromMask(each.shape, each.mask);
    const dropped = setPruning().prune(pruneRequest(atActive(topology, each.weight), {topology, fraction: each.zeta}));
    expect(dropped.length).toBe(each.num_removed);
    expect([...updateTopology(topology, dropped, new Int32Array(0)).next.mask()]).toEqual(each.new_mask);
    expect(each.num_active_after_regrowth).toBe(each.num_active);
  });
});
