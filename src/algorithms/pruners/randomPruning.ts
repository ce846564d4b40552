import {samplePositions} from '../../topology/sample.ts';
import type {Pruner} from '../types.ts';

/** Drops `k` connections whatever their weights, every set of `k` equally likely: the baseline for other rules. */
export function randomPruning(): Pruner {
  return {
    name: 'randomPruning',
    // Slots are below 2^31, and positions in so small a range are 32-bit integers.
    prune: ({values, k, random}) => samplePositions(values.length, k, random) as Int32Array,
  };
}
