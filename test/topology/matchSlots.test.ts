import fc from 'fast-check';
import {expect, test} from 'vitest';
import {matchSlots} from '../../src/topology/matchSlots.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';

test('slots by hand', () => {
  // [2, 4]: 0, 3 | 5 against 1, 3 | 4, 5, 7.
  const from = Topology.fromPositions([2, 4], [0, 3, 5]);
  const to = Topology.fromPositions([2, 4], [1, 3, 4, 5, 7]);
  expect([...matchSlots(from, to)]).toEqual([-1, 1, -1, 2, -1]);
  expect([...matchSlots(to, from)]).toEqual([-1, 1, 3]);
});

test('every slot leads to its own position', () => {
  const counts = fc.tuple(fc.nat({max: 60}), fc.nat({max: 60}));
  fc.assert(
    fc.property(fc.integer(), counts, (seed, [fromCount, toCount]) => {
      const random = seededRandom(seed);
      const from = Topology.random([3, 4, 5], fromCount, random);
      const to = Topology.random([3, 4, 5], toCount, random);
      const [before, after] = [from.positions(), to.positions()];
      expect([...matchSlots(from, to)]).toEqual([...after].map((position) => before.indexOf(position)));
    }),
  );
});
