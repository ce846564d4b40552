import {createPositions, type Positions} from '../../topology/positions.ts';
import {checkCriterion} from '../checkCriterion.ts';
import type {Scores} from '../criteria.ts';
import {rankedScores} from '../criterionScores.ts';
import type {Criterion, Grower, GrowRequest} from '../types.ts';
import {Candidates} from './candidates.ts';
import {BLOCK_LENGTH, growInside} from './growInside.ts';
import {takenPositions} from './takenPositions.ts';

/**
 * Grows the `k` inactive positions with the highest scores, exactly, the lower position first among equals. Scores are read block by
 * block, so that memory is proportional to `k` and not to the layer.
 *
 * With a structure, those with the highest scores that it allows together; then all inactive positions are held at once, 8 bytes each.
 *
 * @param name  what messages and saved trainings know it by. @defaultValue that of the criterion in `growHighest(…)`
 * @throws TypeError if the criterion has no scores of all positions
 * @throws Error from `grow`, if the request carries no gradient and the criterion needs it
 * @throws RangeError from `grow`, if `k` exceeds the number of inactive positions, or a score of them is NaN
 */
export function growHighest(criterion: Criterion, name = `growHighest(${criterion?.name})`): Grower {
  checkCriterion('growHighest', criterion, 'all', 'Use gradient() or random(), or give it a method `all`.');
  const {needsGradient = false} = criterion;
  return {
    name,
    ...(needsGradient && {needsGradient}),
    grow(request) {
      if (needsGradient && !request.gradient) {
        throw new Error(
          `${name}: request.gradient must be the dense gradient, received undefined. ` +
            'Pass it, as for every grower with needsGradient.',
        );
      }
      const {size, k, active} = request;
      if (k === 0) return createPositions(size, 0);
      const scores = rankedScores(name, criterion.all!(request), active);
      return request.structure ? growInside(request, scores) : highestInactive(request, scores);
    },
  };
}

/** The `k` ≥ 1 positions with the highest scores, neither active nor barred, ascending; the lower position first among equals. */
export function highestInactive(
  request: Pick<GrowRequest, 'size' | 'active' | 'barred' | 'k'>,
  scores: Scores,
): Positions {
  const {size, k} = request;
  const {magnitudesOf} = scores;
  const candidates = new Candidates(size, takenPositions(request), k, magnitudesOf !== undefined);
  const numbers = magnitudesOf ?? scores;
  for (let begin = 0; begin < size; begin += BLOCK_LENGTH) {
    candidates.add(numbers.block(begin, Math.min(begin + BLOCK_LENGTH, size)), begin);
  }
  return candidates.best();
}
