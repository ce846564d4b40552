import {describeValue} from '../../topology/describeValue.ts';
import type {Pruner} from '../types.ts';

/**
 * Drops every connection with |w| ≤ `threshold`: as many as there are, whatever fraction is asked for.
 *
 * The comparison is made in float32, the precision of the weights.
 *
 * @param threshold  at least 0; at 0 only weights of exactly 0 go
 * @throws RangeError if `threshold` is negative or not a number
 */
export function thresholdPruning(threshold: number): Pruner {
  if (!(typeof threshold === 'number' && threshold >= 0)) {
    throw new RangeError(
      `thresholdPruning: threshold must be at least 0, received ${describeValue(threshold)}. ` +
        'Give the magnitude up to which connections are dropped.',
    );
  }
  const limit = Math.fround(threshold);
  return {
    name: `thresholdPruning(${threshold})`,
    prune({values}) {
      const dropped: number[] = [];
      for (let slot = 0; slot < values.length; slot++) if (Math.abs(values[slot]) <= limit) dropped.push(slot);
      return Int32Array.from(dropped);
    },
  };
}
