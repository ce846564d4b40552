import type {Topology} from '../../topology/topology.ts';
import {transpose} from '../../topology/transpose.ts';
import {columnIndex, indexOn} from './frame.ts';
import type {Heap} from './heap.ts';

/** The most rows of inputs in a tile: 192 kB in a full block, so that it stays in a second cache of 256 kB or more. */
const TILE = 1536;
/** Values of a tile, about: 256 kB, all over which `gather` finds what comes next. */
const VALUES = 2 ** 16;
/** Connections that an output has in a tile at least, or there are no more tiles for their values: what is done once for an output counts. */
const CONNECTIONS = 32;

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
  const {rows, cols, nnz} = topology;
  // One connection for each output of a tile at least, so that the index is no larger than the connections are.
  const ofInputs = Math.min(Math.ceil(rows / TILE), Math.floor(nnz / cols));
  const ofValues = Math.floor(Math.min(nnz / VALUES, nnz / (CONNECTIONS * cols)));
  const tiles = Math.max(1, ofInputs, ofValues);
  const [ptr, idx, slots] =
    tiles === 1 ? columnIndex({heap}, topology) : indexOn(heap, topology, 'tiles', () => tile(topology, tiles));
  return {tiles, ptr, idx, slots};
}

function tile(topology: Topology, tiles: number): Int32Array[] {
  const {colPtr, rowIdx, slots} = transpose(topology, tiles);
  return [colPtr, rowIdx, slots];
}
