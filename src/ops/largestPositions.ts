import * as tf from '@tensorflow/tfjs';
import {createPositions, type Positions} from '../topology/positions.ts';

/**
 * The name under which a kernel is registered that finds the largest numbers of a tensor, by backends whose tensors lie on a device:
 * `{numbers: [...], taken: int32 [words]} -> int32 [2 · words + 3]`, with a bit for each number. Of `taken` those are 1 that do not count;
 * of the first words of the result those whose magnitude is larger than the k-th largest, of the next those where it is equal. Then come the
 * bits of that magnitude, how many of its equals are among the k, and how many numbers, taken or not, are not finite.
 */
export const LARGEST_KERNEL = 'ItopLargest';

/** Attributes of that kernel. */
export interface LargestAttrs {
  /** How many are asked for: at least 1, and no more than are not taken. */
  readonly k: number;
}

/** Whether the current backend finds the largest numbers of a tensor by itself, so that they need not all be sent to the host. */
export function findsLargest(): boolean {
  return tf.getKernel(LARGEST_KERNEL, tf.getBackend()) != null;
}

/**
 * The positions of the `k` largest magnitudes outside of `taken`, the lower first among equals; where {@link findsLargest}.
 *
 * @param numbers  of any shape, flat and row-major as positions are
 * @param taken    ascending
 * @param k        at least 1
 * @returns positions, ascending; undefined if a number is not finite, or fewer than `k` are not taken
 */
export async function largestPositions(
  numbers: tf.Tensor,
  taken: Positions,
  k: number,
): Promise<Positions | undefined> {
  const words = Math.ceil(numbers.size / 32);
  const attrs: LargestAttrs = {k};
  const marks = tf.tidy(() => {
    const inputs = {numbers, taken: tf.tensor1d(bitsOf(taken, words), 'int32')};
    return tf.engine().runKernel(LARGEST_KERNEL, inputs, attrs as unknown as tf.NamedAttrMap) as tf.Tensor;
  });
  try {
    return chosen(await marks.data<'int32'>(), words, k);
  } finally {
    marks.dispose();
  }
}

/** One bit for each position: bit `p & 31` of word `p >>> 5`. */
function bitsOf(positions: Positions, words: number): Int32Array {
  const bits = new Int32Array(words);
  for (let i = 0; i < positions.length; i++) bits[positions[i] >>> 5] |= 1 << (positions[i] & 31);
  return bits;
}

/** The positions that are marked as larger than the last, and the lowest of those marked as equal to it. */
function chosen(marks: Int32Array, words: number, k: number): Positions | undefined {
  const [, ties, notFinite] = marks.subarray(2 * words);
  if (notFinite > 0) return undefined;
  const positions = createPositions(32 * words, k);
  let length = 0;
  for (let word = 0, tiesLeft = ties; word < words; word++) {
    const larger = marks[word];
    for (let bits = larger | marks[words + word]; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      if ((larger & bit) === 0 && tiesLeft-- <= 0) continue;
      positions[length++] = 32 * word + 31 - Math.clz32(bit);
    }
  }
  return length === k ? positions : undefined;
}
