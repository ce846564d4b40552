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
 * Radix selection on the bits of the float32 values: three digits find the k-th largest score exactly, each counted among those
 * scores only that agree with it so far; a last pass collects. O(n) whatever the data, memory 4 bytes per score, 12 where most are equal. −0 equals 0; the scores must not contain NaN.
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
  // Without a branch that a processor could not predict.
  for (let i = 0, length = 0, tiesLeft = ties; length < k; i++) {
    selected[length] = i;
    length += Number(keys[i] > threshold);
    if (keys[i] === threshold && tiesLeft-- > 0) length++;
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
  // Those that agree with the threshold in all digits looked at so far.
  let candidates = keys;
  let wanted = k;
  for (const {shift, bits} of DIGITS) {
    const mask = (1 << bits) - 1;
    const counts = new Int32Array(mask + 1);
    for (let i = 0; i < candidates.length; i++) counts[(candidates[i] >>> shift) & mask]++;
    let digit = mask;
    while (counts[digit] < wanted) wanted -= counts[digit--];
    const agreeing = new Uint32Array(counts[digit]);
    for (let i = 0, length = 0; length < agreeing.length; i++) {
      agreeing[length] = candidates[i];
      length += Number(((candidates[i] >>> shift) & mask) === digit);
    }
    candidates = agreeing;
  }
  return {threshold: candidates[0], ties: wanted};
}
