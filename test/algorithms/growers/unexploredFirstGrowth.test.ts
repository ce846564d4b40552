import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {unexploredFirstGrowth} from '../../../src/algorithms/growers/unexploredFirstGrowth.ts';
import {createPositionSet, SortedSet} from '../../../src/topology/positionSet.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {complement, samplePositions} from '../../../src/topology/sample.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {anyTopology, growRequest} from '../../support/layer.ts';

const grower = unexploredFirstGrowth();

/** Explored: the active positions, and these. */
function exploredWith(topology: Topology, positions: ArrayLike<number>) {
  const explored = createPositionSet(topology.size);
  explored.add(topology.positions());
  explored.add(Int32Array.from(positions));
  return explored;
}

describe('unexplored-first growth', () => {
  test('takes the unexplored first and then the other inactive ones, by hand', () => {
    // 8 positions: active 0, 5; explored besides 1, 2, 6; unexplored 3, 4, 7.
    const topology = Topology.fromPositions([2, 4], [0, 5]);
    const explored = exploredWith(topology, [1, 2, 6]);
    expect([...grower.grow(growRequest(topology, 3, {explored}))]).toEqual([3, 4, 7]);
    expect([...grower.grow(growRequest(topology, 6, {explored}))]).toEqual([1, 2, 3, 4, 6, 7]);
    for (let seed = 0; seed < 50; seed++) {
      const request = growRequest(topology, 2, {explored, random: seededRandom(seed)});
      expect([...grower.grow(request)].every((position) => [3, 4, 7].includes(position))).toBe(true);
    }
  });

  test('grows exactly k, never an active position, and leaves an unexplored one only if it grew no explored one', () => {
    const anyShare = fc.double({min: 0, max: 1, noNaN: true});
    fc.assert(
      fc.property(anyTopology, anyShare, anyShare, fc.integer(), (topology, exploredShare, growShare, seed) => {
        const {size, nnz} = topology;
        const random = seededRandom(seed);
        const explored = exploredWith(topology, samplePositions(size, Math.floor(exploredShare * size), random));
        const k = Math.floor(growShare * (size - nnz));
        const grown = grower.grow(growRequest(topology, k, {explored, random}));
        const mask = topology.mask();
        expect(grown.length).toBe(k);
        expect([...grown]).toEqual([...new Set(grown)].sort((a, b) => a - b));
        expect(grown.every((position) => mask[position] === 0)).toBe(true);
        const fresh = grown.filter((position) => !explored.has(position)).length;
        expect(fresh).toBe(Math.min(k, size - explored.count));
      }),
    );
  });

  test('is uniform among the unexplored, and among the others once those are used up', () => {
    const topology = Topology.fromPositions([1, 12], [0, 11]);
    const random = seededRandom(6);
    const count = (explored: ReturnType<typeof exploredWith>, k: number) => {
      const counts = new Array<number>(12).fill(0);
      for (let i = 0; i < 10_000; i++) {
        for (const position of grower.grow(growRequest(topology, k, {explored, random}))) counts[position]++;
      }
      return counts;
    };
    // Unexplored 1 … 5: two of five, 4000 expected each, standard deviation 49.
    const fresh = count(exploredWith(topology, [6, 7, 8, 9, 10]), 2);
    for (const position of [1, 2, 3, 4, 5]) expect(Math.abs(fresh[position] - 4000)).toBeLessThan(245);
    // Unexplored 1 and 2: both, and two of the other eight, 2500 expected each, standard deviation 43.
    const others = count(exploredWith(topology, [3, 4, 5, 6, 7, 8, 9, 10]), 4);
    expect(others.slice(0, 3)).toEqual([0, 10_000, 10_000]);
    for (const position of [3, 4, 5, 6, 7, 8, 9, 10]) expect(Math.abs(others[position] - 2500)).toBeLessThan(220);
  });

  test('where all is explored it is random growth', () => {
    const topology = Topology.fromPositions([2, 3], [1, 4]);
    const explored = exploredWith(topology, complement(6, new Int32Array(0)));
    expect([...grower.grow(growRequest(topology, 4, {explored}))]).toEqual([0, 2, 3, 5]);
    expect(grower.grow(growRequest(topology, 0, {explored})).length).toBe(0);
  });

  test('works in a layer of 500 000 × 500 000', () => {
    const topology = Topology.random([500_000, 500_000], 1000, seededRandom(1));
    const explored = new SortedSet(topology.size, topology.positions());
    const grown = grower.grow(growRequest(topology, 500, {explored}));
    expect(grown.length).toBe(500);
    expect(grown.some((position) => explored.has(position))).toBe(false);
  });

  test('refuses to grow more than is inactive', () => {
    expect(() => grower.grow(growRequest(Topology.fromPositions([2, 3], [0, 4]), 5))).toThrow(RangeError);
  });
});
