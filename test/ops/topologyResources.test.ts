import {describe, expect, it, vi} from 'vitest';
import {holdTopology, releaseTopology, topologyResource, useOnce} from '../../src/ops/topologyResources.ts';
import {Topology} from '../../src/topology/topology.ts';

describe('topologyResource', () => {
  it('makes a resource once per topology and key', () => {
    const [one, other] = [Topology.dense([2, 2]), Topology.dense([2, 2])];
    const create = vi.fn(() => ({}));
    const get = (topology: Topology, key: string) => topologyResource(topology, key, create, () => {});
    expect(get(one, 'a')).toBe(get(one, 'a'));
    get(one, 'b');
    get(other, 'a');
    expect(create).toHaveBeenCalledTimes(3);
  });

  it('is released once, with all others of its topology, and made again when it is needed again', () => {
    const topology = Topology.dense([2, 2]);
    const [create, release] = [vi.fn(() => 1), vi.fn()];
    topologyResource(topology, 'a', create, release);
    topologyResource(topology, 'b', create, release);
    releaseTopology(topology);
    releaseTopology(topology);
    expect(release.mock.calls).toEqual([[1], [1]]);
    topologyResource(topology, 'a', create, release);
    expect(create).toHaveBeenCalledTimes(3);
  });
});

describe('holdTopology', () => {
  const topology = Topology.dense([2, 2]);
  const create = () => 1;

  it('keeps what is released until the last holder has gone', () => {
    const release = vi.fn();
    const ends = [holdTopology(topology), holdTopology(topology)];
    topologyResource(topology, 'a', create, release);
    releaseTopology(topology);
    ends[0]();
    expect(release).not.toHaveBeenCalled();
    ends[1]();
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('lets what nobody released stay when it ends', () => {
    const release = vi.fn();
    const end = holdTopology(topology);
    topologyResource(topology, 'a', create, release);
    end();
    expect(release).not.toHaveBeenCalled();
    releaseTopology(topology);
    expect(release).toHaveBeenCalledTimes(1);
  });
});

describe('useOnce', () => {
  const topology = Topology.dense([2, 2]);
  const compute = (keys: readonly string[], release: (value: string) => void) => () =>
    keys.map((key) => topologyResource(topology, key, () => key, release)).join();

  it('releases what was made for it, and nothing that was there', () => {
    const release = vi.fn();
    compute(['a'], release)();
    expect(useOnce(topology, compute(['a', 'b'], release))).toBe('a,b');
    expect(release.mock.calls).toEqual([['b']]);
    releaseTopology(topology);
    expect(release.mock.calls).toEqual([['b'], ['a']]);
  });

  it('releases what was made before an error', () => {
    const release = vi.fn();
    const fail = () => {
      compute(['a'], release)();
      throw new Error('no room');
    };
    expect(() => useOnce(topology, fail)).toThrow('no room');
    expect(release.mock.calls).toEqual([['a']]);
  });
});
