/**
 * Flat, row-major positions in a dense tensor, ascending and distinct.
 *
 * 32-bit integers as long as the dense size allows it, exact doubles above (sizes up to 2^53).
 */
export type Positions = Int32Array | Float64Array;

/** The largest dense size whose positions are stored as 32-bit integers. */
export const MAX_INT32_SIZE = 2 ** 31 - 1;

/** An array for `length` positions of a tensor with `size` elements. */
export function createPositions(size: number, length: number): Positions {
  return size <= MAX_INT32_SIZE ? new Int32Array(length) : new Float64Array(length);
}

/** `values` copied into the array type that fits `size`; order is kept. */
export function toPositions(size: number, values: ArrayLike<number>): Positions {
  const positions = createPositions(size, values.length);
  positions.set(values);
  return positions;
}

/** The number of entries of the ascending `positions` below `value`, which is where `value` would be inserted. */
export function lowerBound(positions: ArrayLike<number>, value: number, begin = 0, end = positions.length): number {
  while (begin < end) {
    const middle = (begin + end) >>> 1;
    if (positions[middle] < value) begin = middle + 1;
    else end = middle;
  }
  return begin;
}

/** Union of two ascending arrays of distinct positions. */
export function mergePositions(size: number, a: Positions, b: Positions): Positions {
  const merged = createPositions(size, a.length + b.length);
  let length = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [fromA, fromB] = [a[i], b[j]];
    merged[length++] = Math.min(fromA, fromB);
    if (fromA <= fromB) i++;
    if (fromB <= fromA) j++;
  }
  merged.set(a.subarray(i), length);
  merged.set(b.subarray(j), length + a.length - i);
  length += a.length - i + b.length - j;
  return length === merged.length ? merged : merged.slice(0, length);
}

/** Number of elements of a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
