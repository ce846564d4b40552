import {gradient} from '../criteria.ts';
import type {Grower} from '../types.ts';
import {growHighest} from './growHighest.ts';

/**
 * Grows where the loss would fall fastest: the `k` inactive positions with the largest |gradient|.
 *
 * Exactly `k` are grown, never an active position, whatever the gradients; ties, zeros among them, go to the lower position.
 * Those just dropped may come back. The gradient is read block by block, so that memory is proportional to `k` and not to
 * the layer; from a GPU come the positions alone.
 *
 * @throws Error from `grow`, if the request carries no gradient
 * @throws RangeError from `grow`, if `k` exceeds the number of inactive positions
 * @see Evci et al. 2020, "Rigging the Lottery", §3 (4) Grow criterion, https://arxiv.org/abs/1911.11134
 */
export function gradientGrowth(): Grower {
  const byScores = growHighest(gradient(), 'gradientGrowth');
  return {...byScores, needsGradient: 'largest', grow: (request) => request.largest ?? byScores.grow(request)};
}
