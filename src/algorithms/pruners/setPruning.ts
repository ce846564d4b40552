import {selectLargest, selectSmallest} from '../../topology/select.ts';
import type {Pruner} from '../types.ts';

/**
 * The rule of SET: of the positive and of the negative connections, the fraction ζ closest to zero goes.
 *
 * Follows the authors' code, which counts outwards from the weight closest to zero. That weight goes, and with it, nearest
 * first, ⌈ζ · below⌉ of the `below` weights under it and 1 + ⌊ζ · above⌋ of the `above` weights over it (at most all): in
 * total ζ · nnz and up to three more, hence not always `k`.
 *
 * It differs from that code in three ways:
 * - Counts are exact by rank. Among equal weights the lower slots go first, and −w and w are equally close to zero, with −w
 *   taken as the closest; the comparison in the original drops every weight equal to the last one dropped of its sign.
 * - Connections of exactly 0, which the original cannot tell from missing ones, go first, lower slots first. They count
 *   towards ζ: the signs share what is left of it.
 * - At fraction 0 nothing goes, where the original drops two.
 *
 * @see Mocanu et al. 2018, "Scalable training of artificial neural networks with adaptive sparse connectivity inspired by
 * network science", Methods, https://arxiv.org/abs/1707.04780
 */
export function setPruning(): Pruner {
  return {
    name: 'setPruning',
    prune({values, fraction, k}) {
      const zeros = slotsWhere(values, (value) => value === 0);
      if (zeros.length >= k) return zeros.slice(0, k);
      const negative = slotsWhere(values, (value) => value < 0);
      const positive = slotsWhere(values, (value) => value > 0);
      const negativeValues = valuesAt(values, negative);
      const positiveValues = valuesAt(values, positive);
      const zeroShare = zeros.length / values.length;
      const counts = countPerSign(negativeValues, positiveValues, (fraction - zeroShare) / (1 - zeroShare));
      const dropped = new Int32Array(zeros.length + counts.negative + counts.positive);
      dropped.set(zeros);
      dropped.set(
        selectLargest(negativeValues, counts.negative).map((i) => negative[i]),
        zeros.length,
      );
      dropped.set(
        selectSmallest(positiveValues, counts.positive).map((i) => positive[i]),
        zeros.length + counts.negative,
      );
      return dropped.sort();
    },
  };
}

/**
 * How many of each sign go: with all n weights in ascending order and `closest` the rank of the one closest to zero, the
 * original drops the ranks int((1 − ζ) · closest) … min(n − 1, int(closest + 1 + ζ · (n − 1 − closest))).
 */
function countPerSign(
  negative: Float32Array,
  positive: Float32Array,
  zeta: number,
): {negative: number; positive: number} {
  const n = negative.length + positive.length;
  const highestNegative = negative.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const lowestPositive = positive.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const closest = -highestNegative <= lowestPositive ? negative.length - 1 : negative.length;
  const first = Math.trunc((1 - zeta) * closest);
  const last = Math.min(n - 1, Math.trunc(closest + 1 + zeta * (n - 1 - closest)));
  return {negative: negative.length - first, positive: last + 1 - negative.length};
}

function slotsWhere(values: Float32Array, condition: (value: number) => boolean): Int32Array {
  const slots = new Int32Array(values.length);
  let length = 0;
  for (let slot = 0; slot < values.length; slot++) if (condition(values[slot])) slots[length++] = slot;
  return slots.slice(0, length);
}

/** A loop, since `Float32Array.from` with a function takes six times as long. */
function valuesAt(values: Float32Array, slots: Int32Array): Float32Array {
  const found = new Float32Array(slots.length);
  for (let i = 0; i < slots.length; i++) found[i] = values[slots[i]];
  return found;
}
