import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {divideShares} from '../../src/algorithms/divideShares.ts';

const divide = (shares: number[], total: number, rooms: number[]) => divideShares('here', shares, total, rooms);

describe('divideShares', () => {
  it('gives the overflow of a full layer to the others in proportion, by hand', () => {
    // Of 10 the shares are 5, 2.5 and 2.5; the first has room for 2, so that 8 are left for two equal ones.
    expect(divide([2, 1, 1], 10, [2, 20, 20])).toEqual([2, 4, 4]);
    // 9 of them: 3.5 each, the earlier one first.
    expect(divide([2, 1, 1], 9, [2, 20, 20])).toEqual([2, 4, 3]);
  });

  it('goes by the room where nobody with a share has any', () => {
    expect(divide([1, 0, 0], 7, [1, 2, 4])).toEqual([1, 2, 4]);
    expect(divide([1, 0, 0], 4, [1, 2, 4])).toEqual([1, 1, 2]);
    expect(divide([0, 0], 3, [4, 2])).toEqual([2, 1]);
  });

  it('sums exactly, stays within the rooms, and returns whole shares with that sum as they are', () => {
    const layer = fc.tuple(fc.double({min: 0, max: 1e6, noNaN: true}), fc.integer({min: 0, max: 1000}));
    fc.assert(
      fc.property(
        fc.array(layer, {minLength: 1, maxLength: 8}),
        fc.double({min: 0, max: 1, noNaN: true}),
        (layers, part) => {
          const rooms = layers.map(([, room]) => room);
          const total = Math.floor(part * rooms.reduce((a, b) => a + b));
          const counts = divide(
            layers.map(([share]) => share),
            total,
            rooms,
          );
          expect(counts.reduce((a, b) => a + b)).toBe(total);
          counts.forEach((count, i) => {
            expect(Number.isInteger(count) && count >= 0 && count <= rooms[i]).toBe(true);
          });
          expect(divide(counts, total, rooms)).toEqual(counts);
        },
      ),
    );
  });

  it('refuses, in one sentence, shares that are none and more than there is room for', () => {
    expect(() => divide([1, -1], 1, [3, 3])).toThrow(
      new RangeError(
        'here: shares must be 2 finite numbers of at least 0, one for each layer, received -1. Check the redistribution.',
      ),
    );
    expect(() => divide([1], 1, [3, 3])).toThrow(/received 1 of them/);
    expect(() => divide([1, 1], 7, [3, 3])).toThrow(
      'here: connections to divide must fit into the layers, which have room for 6, received 7. Use a lower density.',
    );
  });
});
