import {complement} from '../../topology/sample.ts';
import {selectSmallest} from '../../topology/select.ts';
import {checkCriterion} from '../checkCriterion.ts';
import {activeScores} from '../criterionScores.ts';
import {countInside} from '../structures/countInside.ts';
import type {Criterion, PruneRequest, Pruner} from '../types.ts';

/**
 * Drops the `k` connections with the lowest scores, exactly, the lower slot first among equals. With a structure it is chosen what stays:
 * the connections with the highest scores that it allows together, the lower slot first among equals; more than `k` may go.
 *
 * @param name  what messages and saved trainings know it by. @defaultValue that of the criterion in `dropLowest(…)`
 * @throws TypeError if the criterion has no scores of active connections
 * @throws Error from `prune`, if the request carries no gradient and the criterion needs it
 * @throws RangeError from `prune`, if a score is NaN, or the structure would leave a layer with connections none
 */
export function dropLowest(criterion: Criterion, name = `dropLowest(${criterion?.name})`): Pruner {
  checkCriterion('dropLowest', criterion, 'active', 'Use magnitude(), or give it a method `active`.');
  const {needsGradient = false} = criterion;
  return {
    name,
    ...(needsGradient && {needsGradient}),
    prune(request) {
      if (needsGradient && !request.gradient) {
        throw new Error(
          `${name}: request.gradient must be the gradient at the active connections, received undefined. ` +
            'Pass it with the others.',
        );
      }
      const scores = activeScores(name, criterion, request);
      return request.structure ? dropOutside(request, scores) : selectSmallest(scores, request.k);
    },
  };
}

/** All but the best connections that the structure allows together. */
function dropOutside({topology, structure, k, left}: PruneRequest, scores: Float32Array): Int32Array {
  const {shape, nnz} = topology;
  const kept = structure!.select({
    shape,
    candidates: topology.positions(),
    scores,
    k: nnz - k,
    fixed: new Int32Array(0),
    total: nnz > 0 ? countInside(structure!, shape, left) : 0,
  });
  // Slots are below 2^31, and positions in so small a range are 32-bit integers.
  return complement(nnz, kept) as Int32Array;
}
