import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {backwardImages, forwardImages} from '../../../src/kernels/webgpu/images.ts';
import {backwardSumIndex, dotIndex, forwardSumIndex, type SumIndex} from '../../../src/kernels/webgpu/sumIndex.ts';
import {singlePixel} from '../../../src/ops/convGeometry.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';

/** What a device does with an index: for each row the connections that it adds up, `[offset, slot]`. */
function rowsOf({data, layout}: SumIndex): number[][][] {
  const {connections, slotsAt, piecesAt, rowsAt, length, pieces, room} = layout;
  expect(data[piecesAt + pieces]).toBe(connections);
  expect(pieces).toBeLessThanOrEqual(room);
  const connectionsOf = (piece: number) => {
    const [begin, end] = data.slice(piecesAt + piece, piecesAt + piece + 2);
    expect(end - begin).toBeLessThanOrEqual(256);
    return Array.from({length: end - begin}, (_, i) => [
      data[begin + i],
      slotsAt > 0 ? data[slotsAt + begin + i] : begin + i,
    ]);
  };
  return Array.from({length: length - rowsAt - 1}, (_, row) =>
    Array.from({length: data[rowsAt + row + 1] - data[rowsAt + row]}, (_, i) =>
      connectionsOf(data[rowsAt + row] + i),
    ).flat(),
  );
}

describe('an index of sums', () => {
  it('lists the connections by output, and by input, of a dense layer', () => {
    // x x .
    // . . .
    // . x .
    const topology = Topology.fromPositions([3, 3], [0, 1, 7]);
    const pixel = singlePixel(1, topology.rows, topology.cols);
    expect(rowsOf(forwardSumIndex(topology, forwardImages(pixel)))).toEqual([
      [[0, 0]],
      [
        [0, 1],
        [2, 2],
      ],
      [],
    ]);
    expect(rowsOf(backwardSumIndex(topology, backwardImages(pixel)))).toEqual([
      [
        [0, 0],
        [1, 1],
      ],
      [],
      [[1, 2]],
    ]);
    expect([...dotIndex(topology, forwardImages(pixel))]).toEqual([0, 0, 2, 0, 1, 1]);
  });

  it('needs no slots where the connections are in their order', () => {
    const topology = Topology.dense([3, 4]);
    expect(
      backwardSumIndex(topology, backwardImages(singlePixel(1, topology.rows, topology.cols))).layout.slotsAt,
    ).toBe(0);
    expect(forwardSumIndex(topology, forwardImages(singlePixel(1, topology.rows, topology.cols))).layout.slotsAt).toBe(
      12,
    );
  });

  it('cuts long rows into pieces, shorter ones where there are few rows', () => {
    const piecesOf = (rows: number, cols: number) => {
      const topology = Topology.dense([rows, cols]);
      return forwardSumIndex(topology, forwardImages(singlePixel(1, rows, cols))).layout.pieces;
    };
    expect(piecesOf(64, 255)).toBe(255);
    expect(piecesOf(65, 255)).toBe(2 * 255);
    expect(piecesOf(256, 256)).toBe(256);
    expect(piecesOf(257, 256)).toBe(2 * 256);
  });

  it('holds every connection once, however long the rows are', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 200}), fc.integer({min: 1, max: 12}), fc.nat(), (rows, cols, seed) => {
        const random = seededRandom(seed);
        const topology = Topology.random([rows, cols], Math.floor(random() * (rows * cols + 1)), random);
        const pixel = singlePixel(1, topology.rows, topology.cols);
        const {colPtr, rowIdx, slots} = topology.transposed();
        const byColumn = rowsOf(forwardSumIndex(topology, forwardImages(pixel)));
        expect(byColumn).toEqual(
          Array.from({length: cols}, (_, col) =>
            Array.from({length: colPtr[col + 1] - colPtr[col]}, (_, i) => [
              rowIdx[colPtr[col] + i],
              slots[colPtr[col] + i],
            ]),
          ),
        );
        const byRow = rowsOf(backwardSumIndex(topology, backwardImages(pixel)));
        expect(byRow.flat()).toEqual(Array.from(topology.colIdx, (col, slot) => [col, slot]));
      }),
    );
  });
});
