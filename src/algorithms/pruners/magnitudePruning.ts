import {selectSmallest} from '../../topology/select.ts';
import type {Pruner} from '../types.ts';

/**
 * Drops what contributes least: the `k` connections with the smallest |w|.
 *
 * Exactly `k` are dropped: among equal magnitudes the lower slot goes first, and weights of exactly 0 are the smallest. The
 * official implementation compares with the k-th magnitude instead, and so drops more than asked where weights tie, and
 * every weight of exactly 0 even at fraction 0.
 *
 * @see Liu et al. 2021, "Do We Actually Need Dense Over-Parameterization?", §3, https://arxiv.org/abs/2102.02887
 */
export function magnitudePruning(): Pruner {
  return {
    name: 'magnitudePruning',
    prune: ({values, k}) => selectSmallest(magnitudes(values), k),
  };
}

/** A loop, since `values.map(Math.abs)` takes three times as long. */
function magnitudes(values: Float32Array): Float32Array {
  const magnitudes = new Float32Array(values.length);
  for (let slot = 0; slot < values.length; slot++) magnitudes[slot] = Math.abs(values[slot]);
  return magnitudes;
}
