import type {Topology} from './topology.ts';

/** The number of connections that are active in both of two topologies of the same shape. */
export function countShared(a: Topology, b: Topology): number {
  const [aCols, bCols] = [a.colIdx, b.colIdx];
  // The last row of `a` with a connection in each column. In a merge of two lists every look would wait for the one before.
  const lastRow = new Int32Array(a.cols).fill(-1);
  let shared = 0;
  for (let row = 0; row < a.rows; row++) {
    for (let slot = a.rowPtr[row]; slot < a.rowPtr[row + 1]; slot++) lastRow[aCols[slot]] = row;
    for (let slot = b.rowPtr[row]; slot < b.rowPtr[row + 1]; slot++) shared += Number(lastRow[bCols[slot]] === row);
  }
  return shared;
}
