import {taylor} from '../criteria.ts';
import type {Pruner} from '../types.ts';
import {dropLowest} from './dropLowest.ts';

/**
 * Drops what the loss would miss least, to first order: the `k` connections with the smallest (w · dL/dw)².
 *
 * Exactly `k` are dropped; among equal scores the lower slot goes first.
 *
 * @throws Error from `prune`, if the request carries no gradient
 * @see Molchanov et al. 2019, "Importance Estimation for Neural Network Pruning", §3.1, https://arxiv.org/abs/1906.10771
 */
export function taylorPruning(): Pruner {
  return dropLowest(taylor(), 'taylorPruning');
}
