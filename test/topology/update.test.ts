import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {absentFrom} from '../../src/topology/positionSet.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {samplePositions} from '../../src/topology/sample.ts';
import {Topology} from '../../src/topology/topology.ts';
import {newSlots, positionsAt, positionsWithout, updateTopology} from '../../src/topology/update.ts';
import {anyTopology} from '../support/layer.ts';

const small = Topology.fromPositions([2, 5], [1, 3, 4, 8]);

/** A topology with slots to drop and positions to grow, of any two numbers. */
const anyUpdate = fc
  .tuple(anyTopology, fc.double({min: 0, max: 1, noNaN: true}), fc.double({min: 0, max: 1, noNaN: true}), fc.integer())
  .map(([topology, dropShare, growShare, seed]) => {
    const random = seededRandom(seed);
    const {size, nnz} = topology;
    const dropped = Int32Array.from(samplePositions(nnz, Math.floor(dropShare * nnz), random));
    const kept = topology.positions().filter((_, slot) => !dropped.includes(slot));
    const inactive = size - kept.length;
    const grown = absentFrom(size, kept, samplePositions(inactive, Math.floor(growShare * inactive), random));
    return {topology, dropped, kept, grown};
  });

describe('updateTopology', () => {
  test('by hand', () => {
    // Active 1, 3, 4, 8 in the slots 0 … 3. Drop the slots 1 and 3 (positions 3 and 8), grow 0 and 8.
    // Left are 1 and 4; new is 0; 8 returns as it was, from slot 3.
    const update = updateTopology(small, Int32Array.of(1, 3), Int32Array.of(0, 8));
    expect([...update.next.positions()]).toEqual([0, 1, 4, 8]);
    expect([...update.source]).toEqual([-1, 0, 2, 3]);
    expect([...update.dropped]).toEqual([3, 8]);
    expect([...update.grown]).toEqual([0, 8]);
    expect([...small.positions()]).toEqual([1, 3, 4, 8]);
  });

  test('nothing dropped and nothing grown is the same topology', () => {
    const {next, source} = updateTopology(small, new Int32Array(0), new Int32Array(0));
    expect(next.equals(small)).toBe(true);
    expect([...source]).toEqual([0, 1, 2, 3]);
  });

  test('everything may go, and everything may come', () => {
    const emptied = updateTopology(small, Int32Array.of(0, 1, 2, 3), new Int32Array(0));
    expect(emptied.next.nnz).toBe(0);
    const filled = updateTopology(small, new Int32Array(0), Int32Array.of(0, 2, 5, 6, 7, 9));
    expect(filled.next.density).toBe(1);
    expect([...filled.source]).toEqual([-1, 0, -1, 1, 2, -1, -1, -1, 3, -1]);
  });

  test('keeps what is not dropped, adds what is grown, and says where each came from', () => {
    fc.assert(
      fc.property(anyUpdate, ({topology, dropped, kept, grown}) => {
        const update = updateTopology(topology, dropped, grown);
        const before = [...topology.positions()];
        const after = [...update.next.positions()];
        expect(after).toEqual([...kept, ...grown].sort((a, b) => a - b));
        expect([...update.source]).toEqual(after.map((position) => before.indexOf(position)));
        expect([...update.dropped]).toEqual([...positionsAt(topology, dropped)]);
        expect([...update.dropped].every((position) => before.includes(position))).toBe(true);
        expect(update.next.nnz).toBe(topology.nnz - dropped.length + grown.length);
        expect(Topology.fromPositions(topology.shape, after).equals(update.next)).toBe(true);
      }),
    );
  });

  test('tells the positions that stay from the new ones', () => {
    fc.assert(
      fc.property(anyUpdate, ({topology, dropped, kept, grown}) => {
        const update = updateTopology(topology, dropped, grown);
        expect([...positionsWithout(topology, dropped)]).toEqual([...kept]);
        const before = [...topology.positions()];
        const fresh = positionsAt(update.next, newSlots(update));
        expect([...fresh]).toEqual([...grown].filter((position) => !before.includes(position)));
      }),
    );
  });

  test('is exact above 2^32', () => {
    const huge = Topology.fromPositions([500_000, 500_000], [7, 2 ** 31, 2 ** 32 + 1, 2.5e11 - 1]);
    const {next, source, dropped} = updateTopology(huge, Int32Array.of(1, 3), Float64Array.of(2 ** 32, 2.5e11 - 1));
    expect([...next.positions()]).toEqual([7, 2 ** 32, 2 ** 32 + 1, 2.5e11 - 1]);
    expect([...source]).toEqual([0, -1, 2, 3]);
    expect([...dropped]).toEqual([2 ** 31, 2.5e11 - 1]);
  });

  test('refuses to grow what is active', () => {
    expect(() => updateTopology(small, Int32Array.of(0), Int32Array.of(3))).toThrow(
      'updateTopology: grown positions must be inactive, received 3, which is active. ' +
        'Grow only among the positions outside `active`.',
    );
    expect(() => updateTopology(small, Int32Array.of(0, 1, 2), Int32Array.of(0, 8))).toThrow(/received 8/);
  });

  test('refuses slots and positions that are repeated, out of order or out of range', () => {
    for (const dropped of [[1, 1], [2, 0], [4], [-1]]) {
      expect(() => positionsWithout(small, Int32Array.from(dropped))).toThrow(/dropped slots/);
      expect(() => updateTopology(small, Int32Array.from(dropped), new Int32Array(0))).toThrow(/dropped slots/);
    }
    for (const grown of [[0, 0], [2, 0], [10], [0.5], [Number.NaN]]) {
      expect(() => updateTopology(small, new Int32Array(0), Float64Array.from(grown))).toThrow(/grown positions/);
    }
  });
});
