import fc from 'fast-check';
import {expect, test} from 'vitest';
import {countShared} from '../../src/topology/countShared.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';

test('shared connections by hand', () => {
  const a = Topology.fromPositions([2, 4], [0, 3, 5]);
  expect(countShared(a, Topology.fromPositions([2, 4], [1, 3, 4, 5, 7]))).toBe(2);
  expect(countShared(a, a)).toBe(3);
  expect(countShared(a, Topology.fromPositions([2, 4], []))).toBe(0);
});

test('they are those in both lists', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat({max: 60}), fc.nat({max: 60}), (seed, aCount, bCount) => {
      const random = seededRandom(seed);
      const a = Topology.random([3, 4, 5], aCount, random);
      const b = Topology.random([3, 4, 5], bCount, random);
      const inB = new Set(b.positions());
      expect(countShared(a, b)).toBe([...a.positions()].filter((position) => inB.has(position)).length);
    }),
  );
});
