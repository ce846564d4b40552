import type {Topology} from './topology.ts';

/** The transposed index of a {@link Topology}: for each column, its active rows. */
export interface TransposedIndex {
  /** `[cols + 1]`: the entries of column `j` are `colPtr[j] … colPtr[j + 1] - 1`. */
  readonly colPtr: Int32Array;
  /** `[nnz]`: the row of each entry, ascending within a column. */
  readonly rowIdx: Int32Array;
  /** `[nnz]`: the slot of each entry, that is its place in the order of the positions. */
  readonly slots: Int32Array;
}

/** Columns whose entries are brought in order together: the places that are written to in turn stay in a processor's second cache. */
const BLOCK_COLS = 2 ** 14;

/**
 * Brings connections in the order of their columns, by counting.
 *
 * @param tiles  so many equal parts of the rows are transposed one after the other; `colPtr` is then `[tiles, cols + 1]`
 */
export function transpose({rows, cols, nnz, rowPtr, colIdx}: Topology, tiles = 1): TransposedIndex {
  const height = Math.ceil(rows / tiles);
  const colPtr = new Int32Array(tiles * (cols + 1));
  const rowIdx = new Int32Array(nnz);
  const slots = new Int32Array(nnz);
  // The next entry of each column, and the next slot of each row.
  const next = new Int32Array(cols);
  const from = rowPtr.slice(0, rows);
  for (let tile = 0; tile < tiles; tile++) {
    const begin = Math.min(tile * height, rows);
    const end = Math.min(begin + height, rows);
    const ptr = colPtr.subarray(tile * (cols + 1), (tile + 1) * (cols + 1));
    for (let slot = rowPtr[begin]; slot < rowPtr[end]; slot++) ptr[colIdx[slot] + 1]++;
    ptr[0] = rowPtr[begin];
    for (let col = 0; col < cols; col++) ptr[col + 1] += ptr[col];
    next.set(ptr.subarray(0, cols));
    for (let lastCol = BLOCK_COLS; lastCol < cols + BLOCK_COLS; lastCol += BLOCK_COLS) {
      for (let row = begin; row < end; row++) {
        let slot = from[row];
        for (; slot < rowPtr[row + 1] && colIdx[slot] < lastCol; slot++) {
          const entry = next[colIdx[slot]]++;
          rowIdx[entry] = row;
          slots[entry] = slot;
        }
        from[row] = slot;
      }
    }
  }
  return {colPtr, rowIdx, slots};
}
