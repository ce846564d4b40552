import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {randomGrowth} from '../../../src/algorithms/growers/randomGrowth.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {anyTopology, growRequest} from '../../support/layer.ts';

const grower = randomGrowth();

describe('random growth', () => {
  test('grows exactly k positions, ascending, and never an active one', () => {
    fc.assert(
      fc.property(anyTopology, fc.double({min: 0, max: 1, noNaN: true}), fc.integer(), (topology, share, seed) => {
        const k = Math.floor(share * (topology.size - topology.nnz));
        const grown = grower.grow(growRequest(topology, k, {random: seededRandom(seed)}));
        const mask = topology.mask();
        expect(grown.length).toBe(k);
        expect([...grown]).toEqual([...new Set(grown)].sort((a, b) => a - b));
        expect(grown.every((position) => mask[position] === 0)).toBe(true);
      }),
    );
  });

  test('fills what is left, and grows nothing where nothing is asked', () => {
    const topology = Topology.fromPositions([2, 3], [0, 4]);
    expect([...grower.grow(growRequest(topology, 4))]).toEqual([1, 2, 3, 5]);
    expect(grower.grow(growRequest(topology, 0)).length).toBe(0);
    expect(grower.grow(growRequest(Topology.dense([2, 3]), 0)).length).toBe(0);
  });

  test('grows every inactive position equally often', () => {
    const topology = Topology.fromPositions([3, 5], [0, 2, 7, 8, 14]);
    const random = seededRandom(11);
    const counts = new Array<number>(15).fill(0);
    for (let i = 0; i < 10_000; i++) {
      for (const position of grower.grow(growRequest(topology, 3, {random}))) counts[position]++;
    }
    // 3000 expected each, standard deviation 46.
    counts.forEach((count, position) => {
      if (topology.positions().includes(position)) expect(count).toBe(0);
      else expect(Math.abs(count - 3000)).toBeLessThan(230);
    });
  });

  test('works in a layer of 500 000 × 500 000', () => {
    const topology = Topology.random([500_000, 500_000], 1000, seededRandom(1));
    const grown = grower.grow(growRequest(topology, 1000));
    const active = new Set(topology.positions());
    expect(grown.length).toBe(1000);
    expect(grown[999]).toBeGreaterThan(2 ** 37);
    expect(grown.some((position) => active.has(position))).toBe(false);
  });

  test('refuses to grow more than is inactive', () => {
    expect(() => grower.grow(growRequest(Topology.fromPositions([2, 3], [0, 4]), 5))).toThrow(RangeError);
  });
});
