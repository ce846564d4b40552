import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {gradientGrowth} from '../../../src/algorithms/growers/gradientGrowth.ts';
import {mixedGrowth} from '../../../src/algorithms/growers/mixedGrowth.ts';
import {randomGrowth} from '../../../src/algorithms/growers/randomGrowth.ts';
import {unexploredFirstGrowth} from '../../../src/algorithms/growers/unexploredFirstGrowth.ts';
import type {Grower} from '../../../src/algorithms/types.ts';
import {BitSet} from '../../../src/topology/positionSet.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {anyTopology, denseGradient, growRequest, someNumbers} from '../../support/layer.ts';

/** How many each part is asked for. */
function split(shares: readonly number[], k: number): number[] {
  const asked: number[] = [];
  const recorder: Grower = {
    grow(request) {
      asked.push(request.k);
      return randomGrowth().grow(request);
    },
  };
  mixedGrowth(shares.map((share) => [share, recorder])).grow(growRequest(Topology.fromPositions([10, 10], []), k));
  return asked;
}

describe('mixed growth', () => {
  test('divides k exactly, by hand', () => {
    expect(split([0.5, 0.3, 0.2], 7)).toEqual([4, 2, 1]); // 3.5, 2.1, 1.4: the one left goes to the remainder 0.5
    expect(split([0.5, 0.5], 3)).toEqual([2, 1]); // equal remainders: the first
    expect(split([1 / 3, 1 / 3, 1 / 3], 9)).toEqual([3, 3, 3]);
    expect(split([0.9, 0.1], 1)).toEqual([1, 0]);
    expect(split([1, 0], 5)).toEqual([5, 0]);
    expect(split(new Array(10).fill(0.1), 10)).toEqual(new Array(10).fill(1));
  });

  test('each part gets its share to within one, and all parts k', () => {
    const anyWeights = fc.array(fc.integer({min: 1, max: 100}), {minLength: 1, maxLength: 8});
    fc.assert(
      fc.property(anyWeights, fc.nat(100), (weights, k) => {
        const total = weights.reduce((a, b) => a + b, 0);
        const shares = weights.map((weight) => weight / total);
        const counts = split(shares, k);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(k);
        counts.forEach((count, i) => {
          expect(Math.abs(count - shares[i] * k)).toBeLessThan(1.000001);
        });
      }),
    );
  });

  test('to a later part, what an earlier one grew is active and explored, by hand', () => {
    // Gradient growth takes 5 (|−9|) and 2 (8) of the inactive 1 … 5; all but 3 are explored by then, so that 3 comes next.
    const topology = Topology.fromPositions([2, 3], [0]);
    const gradient = denseGradient([0, 1, 8, 0, 0, -9]);
    const request = growRequest(topology, 3, {gradient});
    request.explored.add(Int32Array.of(1, 4));
    const grower = mixedGrowth([
      [0.6, gradientGrowth()],
      [0.4, unexploredFirstGrowth()],
    ]);
    expect([...grower.grow(request)]).toEqual([2, 3, 5]);
    expect([2, 3, 5].map((position) => request.explored.has(position))).toEqual([false, false, false]);
    expect([...request.active]).toEqual([0]);
  });

  test('grows exactly k different inactive positions, whatever the parts', () => {
    const grower = mixedGrowth([
      [0.3, unexploredFirstGrowth()],
      [0.3, gradientGrowth()],
      [0.2, unexploredFirstGrowth()],
      [0.2, randomGrowth()],
    ]);
    fc.assert(
      fc.property(anyTopology, fc.double({min: 0, max: 1, noNaN: true}), fc.integer(), (topology, share, seed) => {
        const k = Math.floor(share * (topology.size - topology.nnz));
        const gradient = denseGradient(someNumbers(topology.size, seed));
        const grown = grower.grow(growRequest(topology, k, {gradient, random: seededRandom(seed)}));
        const mask = topology.mask();
        expect(grown.length).toBe(k);
        expect([...grown]).toEqual([...new Set(grown)].sort((a, b) => a - b));
        expect(grown.every((position) => mask[position] === 0)).toBe(true);
      }),
    );
  });

  test('needs a gradient if a part does', () => {
    expect(mixedGrowth([[1, randomGrowth()]]).needsGradient).toBe(false);
    const both = mixedGrowth([
      [0.5, randomGrowth()],
      [0.5, gradientGrowth()],
    ]);
    expect(both.needsGradient).toBe(true);
  });

  test('refuses shares that are out of range or do not sum to 1', () => {
    for (const shares of [[0.5, 0.4], [1.5, -0.5], [Number.NaN], []]) {
      expect(() => mixedGrowth(shares.map((share) => [share, randomGrowth()]))).toThrow(RangeError);
    }
    expect(() => mixedGrowth([[50, randomGrowth()]])).toThrow(
      'mixedGrowth: shares must be in [0, 1] and sum to 1, received [50]. ' +
        'Give each grower its part of the connections to grow.',
    );
  });

  test('says how many new positions to expect, as its parts grow in turn', () => {
    const random = seededRandom('mixed');
    const mixed = mixedGrowth([
      [0.5, randomGrowth()],
      [0.25, unexploredFirstGrowth()],
      [0.25, randomGrowth()],
    ]);
    // 100 positions: 20 active, 30 others explored, 50 new; 40 to grow. Random first: 20 of 80, 12.5 of them new. Then 10 of the
    // 37.5 left. Then 10 of 50, 27.5 of which are new: 5.5.
    const expected = 12.5 + 10 + 5.5;
    expect(mixed.discoveries?.({inactive: 80, unexplored: 50, k: 40})).toBe(expected);
    const active = Int32Array.from({length: 20}, (_, i) => i);
    let sum = 0;
    for (let run = 0; run < 400; run++) {
      const explored = new BitSet(100);
      explored.add(Int32Array.from({length: 50}, (_, i) => i));
      const grown = mixed.grow({name: '', shape: [10, 10], size: 100, active, k: 40, explored, random});
      sum += grown.filter((position) => position >= 50).length;
    }
    expect(Math.abs(sum / 400 - expected)).toBeLessThan(0.4);
  });

  test('cannot be predicted if a part cannot', () => {
    expect(mixedGrowth([[1, gradientGrowth()]]).discoveries).toBeUndefined();
  });

  /** Random growth that counts its calls. */
  const counting = (): Grower => {
    let calls = 0;
    return {
      grow(request) {
        calls++;
        return randomGrowth().grow(request);
      },
      save: () => calls,
      restore(state) {
        calls = state as number;
      },
    };
  };
  const half = (grower: Grower) =>
    mixedGrowth([
      [0.5, grower],
      [0.5, randomGrowth()],
    ]);

  test('saves and restores what its parts keep, and nothing where none keeps anything', () => {
    const [first, second] = [counting(), counting()];
    const mixed = half(first);
    mixed.grow(growRequest(Topology.fromPositions([10, 10], []), 4));
    const state = JSON.parse(JSON.stringify(mixed.save!()));
    mixed.grow(growRequest(Topology.fromPositions([10, 10], []), 4));
    expect(first.save!()).toBe(2);
    mixed.restore!(state);
    expect(first.save!()).toBe(1);
    half(second).restore!(state);
    expect(second.save!()).toBe(1);
    expect(half(randomGrowth())).not.toHaveProperty('save');
  });

  test('refuses a state of other parts', () => {
    expect(() => half(counting()).restore!([1])).toThrow(
      'mixedGrowth: a saved state must be a list of 2, one for each part, received [1]. ' +
        'It was damaged: load it again, or use an earlier one.',
    );
    expect(() => half(counting()).restore!(undefined)).toThrow('received undefined.');
  });

  test('says how parts are written', () => {
    expect(() => mixedGrowth([randomGrowth()] as never)).toThrow(
      new TypeError(
        'mixedGrowth: a part must be a list, received {"name":"randomGrowth"}. Write [[0.5, gradientGrowth()], [0.5, randomGrowth()]].',
      ),
    );
    expect(() => mixedGrowth([[1, randomGrowth]] as never)).toThrow(
      'mixedGrowth: the grower of a part must be an object, received the function randomGrowth. ' +
        'Pass randomGrowth(), or an object of yours with grow().',
    );
  });
});
