import {checkKind} from '../topology/checkKind.ts';
import {sizeOf} from '../topology/positions.ts';
import {checkFlopsLayer, type FlopsLayer} from './forwardFlops.ts';

/** Bytes of one float32 value, or one int32 index. */
const WORD = 4;

/** A kernel as the count of its bytes sees it. */
export interface StoredKernel extends Pick<FlopsLayer, 'shape' | 'nnz'> {
  /** Whether it is kept with the places of its connections, though it may have all. @defaultValue if a connection is missing */
  readonly isSparse?: boolean;
}

/** Bytes of the parameters of a network in three ways to store them. */
export interface ParameterBytes {
  /** Every connection, active or not. */
  readonly dense: number;
  /** Active values and one bit per connection; the published sizes of RigL are in this form. */
  readonly bitmask: number;
  /** Active values, their columns and the ends of their rows: what this library keeps and saves. */
  readonly compressedRows: number;
}

/**
 * Bytes of a network's float32 parameters with what it takes to know where they belong. Layers with all their connections
 * need no index, and have one only in compressed rows if they are held sparse.
 *
 * @param layers  the kernels and their active connections
 * @param others  parameters besides the kernels, such as biases. For the published sizes of RigL, one per output of every
 *   layer: there normalisation is folded into kernel and bias
 * @throws RangeError if `nnz` is not an integer in [0, size]
 * @see Evci et al. 2020, "Rigging the Lottery", https://arxiv.org/abs/1911.11134, whose code counts by the rules of the MicroNet
 * challenge (google-research/google-research, micronet_challenge/counting.py)
 */
export function parameterBytes(layers: readonly StoredKernel[], others: number): ParameterBytes {
  checkKind('parameterBytes', 'layers', 'a list', layers, 'Pass flopsReport(model).layers.');
  checkKind('parameterBytes', 'others', 'a number', others, 'Pass the parameters without a kernel, 0 for none.');
  let dense = WORD * others;
  let bitmask = dense;
  let compressedRows = dense;
  for (const {shape, nnz, isSparse} of layers) {
    const size = checkFlopsLayer('parameterBytes', {shape, nnz, positions: 1});
    const isFull = nnz === size;
    const rows = sizeOf(shape.slice(0, -1));
    dense += WORD * size;
    bitmask += WORD * nnz + (isFull ? 0 : Math.ceil(size / 8));
    compressedRows += WORD * nnz + ((isSparse ?? !isFull) ? WORD * (rows + 1 + nnz) : 0);
  }
  return {dense, bitmask, compressedRows};
}
