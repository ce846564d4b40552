import {describe, expect, it, vi} from 'vitest';
import {releaseTopology, topologyResource} from '../../src/ops/topologyResources.ts';
import {Topology} from '../../src/topology/topology.ts';

describe('topologyResource', () => {
  it('makes a resource once per topology and key', () => {
    const [one, other] = [Topology.dense([2, 2]), Topology.dense([2, 2])];
    const create = vi.fn(() => ({value: {}, release: () => {}}));
    expect(topologyResource(one, 'a', create)).toBe(topologyResource(one, 'a', create));
    topologyResource(one, 'b', create);
    topologyResource(other, 'a', create);
    expect(create).toHaveBeenCalledTimes(3);
  });

  it('is released once, with all others of its topology, and made again when it is needed again', () => {
    const topology = Topology.dense([2, 2]);
    const release = vi.fn();
    const create = vi.fn(() => ({value: 1, release}));
    topologyResource(topology, 'a', create);
    topologyResource(topology, 'b', create);
    releaseTopology(topology);
    releaseTopology(topology);
    expect(release).toHaveBeenCalledTimes(2);
    topologyResource(topology, 'a', create);
    expect(create).toHaveBeenCalledTimes(3);
  });
});
