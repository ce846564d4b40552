import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {anyShape, anyTopology} from '../support/layer.ts';

// 3 inputs, 4 outputs:   . x . x     positions 1, 3
//                        . . . .
//                        x x . .     positions 8, 9
const small = Topology.fromPositions([3, 4], [1, 3, 8, 9]);

/** All typed arrays that an object holds, itself or in what it holds. */
function typedArraysIn(holder: object): unknown[] {
  return Object.values(holder).flatMap((value) => {
    if (ArrayBuffer.isView(value)) return [value];
    return value !== null && typeof value === 'object' ? typedArraysIn(value) : [];
  });
}

describe('a topology', () => {
  test('is compressed rows, by hand', () => {
    expect([small.rows, small.cols, small.size, small.nnz]).toEqual([3, 4, 12, 4]);
    expect([...small.rowPtr]).toEqual([0, 2, 2, 4]);
    expect([...small.colIdx]).toEqual([1, 3, 0, 1]);
    expect([...small.positions()]).toEqual([1, 3, 8, 9]);
    expect([...small.mask()]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0]);
    expect([...small.fanIn()]).toEqual([1, 2, 0, 1]);
    expect([small.density, small.sparsity]).toEqual([1 / 3, 1 - 1 / 3]);
  });

  test('by columns, by hand', () => {
    const {colPtr, rowIdx, slots} = small.transposed();
    expect([...colPtr]).toEqual([0, 1, 3, 3, 4]);
    expect([...rowIdx]).toEqual([2, 0, 2, 0]);
    expect([...slots]).toEqual([2, 0, 3, 1]);
  });

  test('of a convolution sees its leading dimensions as rows', () => {
    const conv = Topology.fromPositions([3, 3, 2, 4], [0, 5, 71]);
    expect([conv.rows, conv.cols, conv.size]).toEqual([18, 4, 72]);
    expect([conv.rowPtr[1], conv.rowPtr[2], conv.rowPtr[17], conv.rowPtr[18]]).toEqual([1, 2, 2, 3]);
    expect([...conv.colIdx]).toEqual([0, 1, 3]);
  });

  test('comes back from its positions and from its mask', () => {
    fc.assert(
      fc.property(anyTopology, (topology) => {
        expect(Topology.fromPositions(topology.shape, topology.positions()).equals(topology)).toBe(true);
        expect(Topology.fromMask(topology.shape, topology.mask()).equals(topology)).toBe(true);
      }),
    );
  });

  test('has the same connections by column as by row', () => {
    fc.assert(
      fc.property(anyTopology, (topology) => {
        const {colPtr, rowIdx, slots} = topology.transposed();
        const positions = topology.positions();
        for (let col = 0; col < topology.cols; col++) {
          expect(colPtr[col + 1] - colPtr[col]).toBe(topology.fanIn()[col]);
          for (let i = colPtr[col]; i < colPtr[col + 1]; i++) {
            expect(positions[slots[i]]).toBe(rowIdx[i] * topology.cols + col);
            expect(i === colPtr[col] || rowIdx[i] > rowIdx[i - 1]).toBe(true);
          }
        }
        expect([...slots].sort((a, b) => a - b)).toEqual(Array.from(positions, (_, slot) => slot));
      }),
    );
  });

  test('by columns, many blocks of them', () => {
    const topology = Topology.random([70, 40_000], 300_000, seededRandom(3));
    const {colPtr, rowIdx, slots} = topology.transposed();
    const byHand = Array.from({length: topology.cols}, () => ({rows: [] as number[], slots: [] as number[]}));
    for (let row = 0; row < topology.rows; row++) {
      for (let slot = topology.rowPtr[row]; slot < topology.rowPtr[row + 1]; slot++) {
        byHand[topology.colIdx[slot]].rows.push(row);
        byHand[topology.colIdx[slot]].slots.push(slot);
      }
    }
    expect([colPtr[0], colPtr[topology.cols]]).toEqual([0, 300_000]);
    expect([...rowIdx]).toEqual(byHand.flatMap(({rows}) => rows));
    expect([...slots]).toEqual(byHand.flatMap(({slots}) => slots));
  });

  test('keeps its row pointers and column indices only, whatever was asked of it', () => {
    const topology = Topology.random([30, 20], 200, seededRandom(1));
    topology.positions();
    topology.transposed();
    topology.mask();
    topology.fanIn();
    expect(typedArraysIn(topology)).toEqual([topology.rowPtr, topology.colIdx]);
    expect(topology.positions()).not.toBe(topology.positions());
  });

  test('equals another with the same shape and connections only', () => {
    expect(small.equals(Topology.fromPositions([3, 4], [1, 3, 8, 9]))).toBe(true);
    expect(small.equals(Topology.fromPositions([3, 4], [1, 3, 8, 10]))).toBe(false);
    expect(small.equals(Topology.fromPositions([3, 4], [1, 3, 8]))).toBe(false);
    expect(small.equals(Topology.fromPositions([4, 3], [1, 3, 8, 9]))).toBe(false);
    expect(small.equals(Topology.fromPositions([1, 3, 4], [1, 3, 8, 9]))).toBe(false);
    expect(small.equals(Topology.fromPositions([3, 4], [1, 7, 8, 9]))).toBe(false);
  });
});

describe('a dense and a random topology', () => {
  test('dense has every connection', () => {
    fc.assert(
      fc.property(anyShape, (shape) => {
        const dense = Topology.dense(shape);
        expect(dense.density).toBe(1);
        expect([...dense.positions()]).toEqual(Array.from({length: dense.size}, (_, i) => i));
      }),
    );
  });

  test('random has exactly nnz connections and repeats with its seed', () => {
    for (const nnz of [0, 1, 30, 59, 60]) {
      const topology = Topology.random([6, 10], nnz, seededRandom(4));
      expect(topology.nnz).toBe(nnz);
      expect(topology.equals(Topology.random([6, 10], nnz, seededRandom(4)))).toBe(true);
    }
    expect(Topology.random([6, 10], 30, seededRandom(4)).equals(Topology.random([6, 10], 30, seededRandom(5)))).toBe(
      false,
    );
    expect(() => Topology.random([6, 10], 61, seededRandom(4))).toThrow(RangeError);
  });
});

describe('a layer above 2^32 positions', () => {
  test('500 000 × 500 000 takes memory for its connections and rows only', () => {
    const shape = [500_000, 500_000];
    const topology = Topology.random(shape, 10_000, seededRandom(2));
    expect(topology.size).toBe(2.5e11);
    const positions = topology.positions();
    expect(positions).toBeInstanceOf(Float64Array);
    expect(positions[9_999]).toBeGreaterThan(2 ** 37);
    expect(Topology.fromPositions(shape, positions).equals(topology)).toBe(true);
    expect(topology.fanIn().reduce((a, b) => a + b, 0)).toBe(10_000);
  });

  test('positions between 2^31 and 2^32 and the very last one keep their rows and columns', () => {
    const positions = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 100_000 * 100_000 - 1];
    const topology = Topology.fromPositions([100_000, 100_000], positions);
    expect([...topology.positions()]).toEqual(positions);
    expect(topology.rowPtr[100_000]).toBe(5);
    expect(topology.colIdx[4]).toBe(99_999);
  });
});

describe('what cannot be a topology is refused', () => {
  test('positions out of order, repeated, out of range or no integers', () => {
    for (const positions of [[3, 1], [1, 1], [-1], [12], [0.5], [Number.NaN]]) {
      expect(() => Topology.fromPositions([3, 4], positions)).toThrow(RangeError);
    }
    expect(() => Topology.fromPositions([3, 4], [5, 2])).toThrow(
      'Topology: positions must be ascending, distinct integers in [0, 12), received 2 after 5 at index 1. ' +
        'Sort them and remove duplicates.',
    );
  });

  test('shapes with a dimension that is no positive integer, or too large', () => {
    for (const shape of [[], [0, 3], [3, -1], [2.5, 2], [2 ** 31, 1], [1, 2 ** 31], [2 ** 27, 2 ** 27]]) {
      expect(() => Topology.fromPositions(shape, [])).toThrow(RangeError);
    }
  });

  test('a mask of another size, and a dense layer that cannot be held', () => {
    expect(() => Topology.fromMask([3, 4], [1, 0])).toThrow(/must have 12 entries .*, received 2\./);
    expect(() => Topology.dense([500_000, 500_000])).toThrow(/at most 2147483647 connections/);
  });
});
