import {selectSmallest} from '../../topology/select.ts';
import type {Pruner} from '../types.ts';

/**
 * Drops what the loss would miss least, to first order: the `k` connections with the smallest (w · dL/dw)².
 *
 * Ranked by |w · dL/dw|, which has the order of the square and does not underflow. Exactly `k` are dropped; among equal
 * scores the lower slot goes first.
 *
 * @throws Error from `prune`, if the request carries no gradient
 * @see Molchanov et al. 2019, "Importance Estimation for Neural Network Pruning", §3.1, https://arxiv.org/abs/1906.10771
 */
export function taylorPruning(): Pruner {
  return {
    name: 'taylorPruning',
    needsGradient: true,
    prune({values, gradient, k}) {
      if (!gradient) {
        throw new Error(
          'taylorPruning: request.gradient must be the gradient at the active connections, received undefined. ' +
            'Pass it, as for every pruner with needsGradient.',
        );
      }
      return selectSmallest(
        values.map((value, slot) => Math.abs(value * gradient[slot])),
        k,
      );
    },
  };
}
