import type {Topology} from './topology.ts';

/**
 * Where the connections of a topology lie in another one of the same shape.
 *
 * @returns `[to.nnz]`: the slot in `from` of the connection in this slot, or −1 if it is not active there
 */
export function matchSlots(from: Topology, to: Topology): Int32Array {
  const source = new Int32Array(to.nnz);
  for (let row = 0; row < to.rows; row++) {
    const end = from.rowPtr[row + 1];
    let old = from.rowPtr[row];
    for (let slot = to.rowPtr[row]; slot < to.rowPtr[row + 1]; slot++) {
      const col = to.colIdx[slot];
      while (old < end && from.colIdx[old] < col) old++;
      source[slot] = old < end && from.colIdx[old] === col ? old : -1;
    }
  }
  return source;
}
