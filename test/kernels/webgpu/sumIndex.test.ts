import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {backwardImages, forwardImages} from '../../../src/kernels/webgpu/images.ts';
import {
  backwardSumIndex,
  CHUNK,
  dotIndex,
  forwardSumIndex,
  type SumIndex,
} from '../../../src/kernels/webgpu/sumIndex.ts';
import {singlePixel} from '../../../src/ops/convGeometry.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';

/** What a device does with an index: for each row the connections that it adds up, `[offset, slot]`. */
function rowsOf({data, layout}: SumIndex): number[][][] {
  const {connections, slotsAt, chunksAt, chunks, piecesAt, length, pieces, room} = layout;
  const parts: number[][][] = [];
  for (let chunk = 0; chunk < chunks; chunk++) {
    let piece = data[chunksAt + chunk];
    for (let at = chunk * CHUNK; at < Math.min(connections, (chunk + 1) * CHUNK); at++) {
      const entry = data[at];
      parts[piece] ??= [];
      parts[piece].push([entry < 0 ? ~entry : entry, slotsAt > 0 ? data[slotsAt + at] : at]);
      if (entry < 0) piece++;
    }
  }
  expect(parts.length).toBe(pieces);
  expect(pieces).toBeLessThanOrEqual(room);
  return Array.from({length: length - piecesAt - 1}, (_, row) =>
    parts.slice(data[piecesAt + row], data[piecesAt + row + 1]).flat(),
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

  it('holds every connection once, in chunks of equal length, however long the rows are', () => {
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
