import type {Topology} from '../../topology/topology.ts';
import {columnIndex, indexOn} from './frame.ts';
import type {Heap} from './heap.ts';

/** The most rows of inputs in a tile: 192 kB in a full block, so that it stays in a second cache of 256 kB or more. */
const TILE = 1536;

/** The transposed index of a dense layer, tile by tile of its inputs. */
export interface TiledIndex {
  readonly tiles: number;
  /** Address of `[tiles, cols + 1]`. */
  readonly ptr: number;
  /** Address of `[nnz]`: the row of each entry. */
  readonly idx: number;
  /** Address of `[nnz]`: the slot of each entry. */
  readonly slots: number;
}

/** The transposed index for the forward product of a dense layer, made once in the life of a topology. */
export function tiledIndex({heap}: {readonly heap: Heap}, topology: Topology): TiledIndex {
  const tiles = Math.ceil(topology.rows / TILE);
  const [ptr, idx, slots] =
    tiles === 1 ? columnIndex({heap}, topology) : indexOn(heap, topology, 'tiles', () => tile(topology, tiles));
  return {tiles, ptr, idx, slots};
}

function tile(topology: Topology, tiles: number): Int32Array[] {
  const {rows, cols, nnz} = topology;
  const height = Math.ceil(rows / tiles);
  const {colPtr, rowIdx, slots} = topology.transposed();
  const ptr = new Int32Array(tiles * (cols + 1));
  const [idx, tiledSlots] = [new Int32Array(nnz), new Int32Array(nnz)];
  // The next entry of each column.
  const next = colPtr.slice(0, cols);
  for (let tile = 0, at = 0, place = 0; tile < tiles; tile++) {
    const end = (tile + 1) * height;
    for (let col = 0; col < cols; col++) {
      ptr[place++] = at;
      for (; next[col] < colPtr[col + 1] && rowIdx[next[col]] < end; next[col]++) {
        idx[at] = rowIdx[next[col]];
        tiledSlots[at++] = slots[next[col]];
      }
    }
    ptr[place++] = at;
  }
  return [ptr, idx, tiledSlots];
}
