import {magnitude} from '../criteria.ts';
import type {Pruner} from '../types.ts';
import {dropLowest} from './dropLowest.ts';

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
  return dropLowest(magnitude(), 'magnitudePruning');
}
