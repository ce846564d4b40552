import {checkKind} from './checkKind.ts';
import {describeValue} from './describeValue.ts';

/** Digits of 11, 11 and 10 bits, from the most significant one down. */
const DIGITS = [
  {shift: 21, bits: 11},
  {shift: 10, bits: 11},
  {shift: 0, bits: 10},
];

/**
 * The indices of the `k` largest scores; among equal scores the lower index wins.
 *
 * Radix selection on the bits of the float32 values: three counting passes find the k-th largest score exactly, one more
 * collects. O(n) whatever the data, memory 4 bytes per score. −0 equals 0; the scores must not contain NaN.
 *
 * @param scores  any length n
 * @param k       0 ≤ k ≤ n
 * @returns `k` indices, ascending
 * @throws RangeError if `k` is not an integer in [0, n]
 */
export function selectLargest(scores: Float32Array, k: number): Int32Array {
  return select(scores, k, 0);
}

/** The indices of the `k` smallest scores; otherwise as {@link selectLargest}, ties to the lower index too. */
export function selectSmallest(scores: Float32Array, k: number): Int32Array {
  return select(scores, k, -1);
}

function select(scores: Float32Array, k: number, flip: 0 | -1): Int32Array {
  checkKind('select', 'scores', 'a list', scores, 'Pass them as a Float32Array.');
  const n = scores.length;
  if (!(Number.isInteger(k) && k >= 0 && k <= n)) {
    throw new RangeError(
      `select: k must be an integer in [0, ${n}], received ${describeValue(k)}. Ask for at most as many as there are scores.`,
    );
  }
  if (k === 0) return new Int32Array(0);
  const keys = sortableKeys(scores, flip);
  const {threshold, ties} = findThreshold(keys, k);
  const selected = new Int32Array(k);
  for (let i = 0, length = 0, tiesLeft = ties; length < k; i++) {
    if (keys[i] > threshold || (keys[i] === threshold && tiesLeft-- > 0)) selected[length++] = i;
  }
  return selected;
}

/** Unsigned integers in the order of the scores (reversed where `flip` is −1). */
function sortableKeys(scores: Float32Array, flip: 0 | -1): Uint32Array {
  const keys = new Uint32Array(scores.length);
  const asFloats = new Float32Array(keys.buffer);
  const asInts = new Int32Array(keys.buffer);
  for (let i = 0; i < keys.length; i++) {
    asFloats[i] = scores[i] + 0; // −0 becomes 0
    const bits = asInts[i];
    // Negative floats order backwards: invert all their bits; positive ones only need to come after them.
    asInts[i] = bits ^ ((bits >> 31) | 0x80000000) ^ flip;
  }
  return keys;
}

/** The k-th largest key, and how many of the keys equal to it belong to the k largest. */
function findThreshold(keys: Uint32Array, k: number): {threshold: number; ties: number} {
  let prefix = 0;
  let prefixMask = 0;
  let wanted = k;
  for (const {shift, bits} of DIGITS) {
    const digitMask = (1 << bits) - 1;
    const counts = new Int32Array(digitMask + 1);
    for (let i = 0; i < keys.length; i++) {
      if ((keys[i] & prefixMask) >>> 0 === prefix) counts[(keys[i] >>> shift) & digitMask]++;
    }
    let digit = digitMask;
    while (counts[digit] < wanted) wanted -= counts[digit--];
    prefix = (prefix | (digit << shift)) >>> 0;
    prefixMask = (prefixMask | (digitMask << shift)) >>> 0;
  }
  return {threshold: prefix, ties: wanted};
}
