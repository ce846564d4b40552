import type {Topology} from '../../topology/topology.ts';

/**
 * Values into a dense kernel.
 *
 * @param dense  `[rows, cols]`, written
 */
export function sparseToDense(values: Float32Array, topology: Topology, dense: Float32Array): void {
  dense.fill(0);
  forEachSlot(topology, (slot, position) => {
    dense[position] = values[slot];
  });
}

/**
 * The active values of a dense kernel.
 *
 * @param values  `[nnz]`, written
 */
export function denseToSparse(dense: Float32Array, topology: Topology, values: Float32Array): void {
  forEachSlot(topology, (slot, position) => {
    values[slot] = dense[position];
  });
}

function forEachSlot({rows, cols, rowPtr, colIdx}: Topology, visit: (slot: number, position: number) => void): void {
  for (let row = 0; row < rows; row++) {
    for (let slot = rowPtr[row]; slot < rowPtr[row + 1]; slot++) visit(slot, row * cols + colIdx[slot]);
  }
}
