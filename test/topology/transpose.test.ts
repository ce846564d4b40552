import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Topology} from '../../src/topology/topology.ts';
import {transpose} from '../../src/topology/transpose.ts';
import {anyTopology} from '../support/layer.ts';

test('two parts of the rows by hand', () => {
  // [3, 4]: 0, 2 | 2 and below 1, 2. Parts of two rows and of one.
  const topology = Topology.fromPositions([3, 4], [0, 2, 6, 9, 10]);
  const {colPtr, rowIdx, slots} = transpose(topology, 2);
  expect([...colPtr]).toEqual([0, 1, 1, 3, 3, 3, 3, 4, 5, 5]);
  expect([...rowIdx]).toEqual([0, 0, 1, 2, 2]);
  expect([...slots]).toEqual([0, 1, 2, 3, 4]);
});

test('each part has the connections of its rows, by columns, then rows', () => {
  fc.assert(
    fc.property(anyTopology, fc.integer({min: 1, max: 5}), (topology, tiles) => {
      const {rows, cols} = topology;
      const height = Math.ceil(rows / tiles);
      const entries = Array.from(topology.positions(), (position, slot) => {
        const [row, col] = [Math.floor(position / cols), position % cols];
        return {tile: Math.floor(row / height), col, row, slot};
      }).sort((a, b) => a.tile - b.tile || a.col - b.col || a.row - b.row);
      const {colPtr, rowIdx, slots} = transpose(topology, tiles);
      expect([...rowIdx]).toEqual(entries.map(({row}) => row));
      expect([...slots]).toEqual(entries.map(({slot}) => slot));
      const before = (tile: number, col: number) =>
        entries.filter((entry) => entry.tile < tile || (entry.tile === tile && entry.col < col)).length;
      const starts = Array.from({length: tiles}, (_, tile) =>
        Array.from({length: cols + 1}, (_, col) => before(tile, col)),
      );
      expect([...colPtr]).toEqual(starts.flat());
    }),
  );
});
