import {checkKind} from './checkKind.ts';
import {createPositions, MAX_INT32_SIZE, type Positions, sizeOf} from './positions.ts';
import type {Random} from './random.ts';
import {samplePositions} from './sample.ts';
import {type TransposedIndex, transpose} from './transpose.ts';

/**
 * Which connections of a weight exist: a dense shape and its `nnz` active positions.
 *
 * The weight is seen as a matrix `[rows, cols]` with `cols` its last dimension (the outputs) and `rows` the product of the
 * others, and held in compressed rows: 4 bytes per connection and 4 per row, whatever was asked of it; nothing is ever
 * proportional to the dense size. Slot `k` is the k-th active position in row-major order: the values of a weight, its
 * gradients and its optimizer slots are vectors `[nnz]` in this order. A topology never changes; an update makes a new one
 * (see `updateTopology`).
 */
export class Topology {
  /** Product of the leading dimensions. */
  readonly rows: number;
  /** Last dimension. */
  readonly cols: number;
  /** Product of all dimensions. */
  readonly size: number;

  /**
   * Takes ownership of valid compressed rows; `Topology.from…` are the checked ways in.
   *
   * @param shape   dense shape, last dimension = outputs, as in tfjs kernels
   * @param rowPtr  `[rows + 1]`: row `r` owns the slots `rowPtr[r] … rowPtr[r + 1] - 1`
   * @param colIdx  `[nnz]`: the column of each slot, ascending within a row
   */
  constructor(
    readonly shape: readonly number[],
    readonly rowPtr: Int32Array,
    readonly colIdx: Int32Array,
  ) {
    const ways = 'Use Topology.random, fromPositions, fromMask or dense.';
    checkKind('Topology', 'shape', 'a list', shape, ways);
    checkKind('Topology', 'rowPtr', 'a list', rowPtr, ways);
    checkKind('Topology', 'colIdx', 'a list', colIdx, ways);
    this.cols = shape[shape.length - 1];
    this.rows = sizeOf(shape.slice(0, -1));
    this.size = this.rows * this.cols;
  }

  /**
   * The topology with exactly these active positions.
   *
   * @param positions  flat row-major positions, ascending and distinct, in [0, size)
   * @throws RangeError at the first position that is out of range or out of order
   */
  static fromPositions(shape: readonly number[], positions: ArrayLike<number>): Topology {
    const {rows, cols, size} = checkShape(shape);
    const rowPtr = new Int32Array(rows + 1);
    const colIdx = new Int32Array(positions.length);
    let previous = -1;
    for (let k = 0; k < positions.length; k++) {
      const position = positions[k];
      if (!(position > previous && position < size && Number.isInteger(position))) {
        throw new RangeError(
          `Topology: positions must be ascending, distinct integers in [0, ${size}), received ${position} after ` +
            `${previous} at index ${k}. Sort them and remove duplicates.`,
        );
      }
      previous = position;
      const row = Math.floor(position / cols);
      rowPtr[row + 1]++;
      colIdx[k] = position - row * cols;
    }
    for (let row = 0; row < rows; row++) rowPtr[row + 1] += rowPtr[row];
    return new Topology(shape, rowPtr, colIdx);
  }

  /**
   * The topology of a 0/1 mask.
   *
   * @param mask  `[size]`, row-major; any value other than 0 is active
   * @throws RangeError if the mask's length is not the size of `shape`
   * @throws TypeError if an entry is no number
   */
  static fromMask(shape: readonly number[], mask: ArrayLike<number>): Topology {
    const {size} = checkShape(shape);
    if (mask.length !== size) {
      throw new RangeError(
        `Topology: mask must have ${size} entries to match the shape [${shape}], received ${mask.length}. ` +
          'Pass the mask flat and row-major.',
      );
    }
    const active: number[] = [];
    for (let position = 0; position < size; position++) {
      if (mask[position] === 0) continue;
      if (typeof mask[position] !== 'number')
        checkKind('Topology', 'an entry of mask', 'a number', mask[position], 'Write 1 or 0.');
      active.push(position);
    }
    return Topology.fromPositions(shape, active);
  }

  /**
   * Exactly `nnz` connections, every set of that size equally likely.
   *
   * @param random  source of randomness; the same state gives the same topology
   * @throws RangeError if `nnz` is not an integer in [0, size]
   */
  static random(shape: readonly number[], nnz: number, random: Random): Topology {
    return Topology.fromPositions(shape, samplePositions(checkShape(shape).size, nnz, random));
  }

  /** All connections active. */
  static dense(shape: readonly number[]): Topology {
    const {rows, cols, size} = checkShape(shape);
    if (size > MAX_INT32_SIZE) {
      throw new RangeError(
        `Topology: a dense topology must have at most ${MAX_INT32_SIZE} connections, received the shape [${shape}]. ` +
          'Use a lower density.',
      );
    }
    const row = Int32Array.from({length: cols}, (_, column) => column);
    const columns = new Int32Array(size);
    for (let begin = 0; begin < size; begin += cols) columns.set(row, begin);
    return new Topology(
      shape,
      Int32Array.from({length: rows + 1}, (_, row) => row * cols),
      columns,
    );
  }

  /** Number of active connections. */
  get nnz(): number {
    return this.colIdx.length;
  }

  /** Active over all connections, in [0, 1]. */
  get density(): number {
    return this.size === 0 ? 0 : this.nnz / this.size;
  }

  /** 1 − density. */
  get sparsity(): number {
    return 1 - this.density;
  }

  /**
   * The active positions, flat and ascending, `[nnz]`. A new array each time, yours: 4 bytes per connection, 8 where the
   * size exceeds 2^31 − 1.
   */
  positions(): Positions {
    const positions = createPositions(this.size, this.nnz);
    for (let row = 0; row < this.rows; row++) {
      const base = row * this.cols;
      for (let k = this.rowPtr[row]; k < this.rowPtr[row + 1]; k++) positions[k] = base + this.colIdx[k];
    }
    return positions;
  }

  /** The same connections by column. New arrays each time, yours: 8 bytes per connection. */
  transposed(): TransposedIndex {
    return transpose(this);
  }

  /** A 0/1 mask `[size]`, row-major: a view for people and tests, never the state. */
  mask(): Uint8Array {
    const mask = new Uint8Array(this.size);
    for (const position of this.positions()) mask[position] = 1;
    return mask;
  }

  /** Active inputs of each output, `[cols]`. */
  fanIn(): Int32Array {
    const counts = new Int32Array(this.cols);
    for (let slot = 0; slot < this.nnz; slot++) counts[this.colIdx[slot]]++;
    return counts;
  }

  /** True if both have the same shape and the same active positions. */
  equals(other: Topology): boolean {
    return (
      this === other ||
      (this.nnz === other.nnz &&
        this.shape.length === other.shape.length &&
        this.shape.every((dimension, axis) => dimension === other.shape[axis]) &&
        this.rowPtr.every((start, row) => start === other.rowPtr[row]) &&
        this.colIdx.every((col, slot) => col === other.colIdx[slot]))
    );
  }
}

function checkShape(shape: readonly number[]): {rows: number; cols: number; size: number} {
  checkKind('Topology', 'shape', 'a list', shape, 'Give the dense shape of the kernel, outputs last.');
  const rows = sizeOf(shape.slice(0, -1));
  const cols = shape[shape.length - 1];
  const wellFormed = shape.length > 0 && shape.every((dimension) => Number.isInteger(dimension) && dimension > 0);
  if (!wellFormed || rows >= MAX_INT32_SIZE || cols > MAX_INT32_SIZE || rows * cols > Number.MAX_SAFE_INTEGER) {
    throw new RangeError(
      `Topology: shape must be positive integers with fewer than 2^31 rows and columns, received [${shape}]. ` +
        'Give the dense shape of the kernel, outputs last.',
    );
  }
  return {rows, cols, size: rows * cols};
}
