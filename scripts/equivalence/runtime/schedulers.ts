import type * as itop from 'itop';
import type {Recorder} from './recorder.ts';

/** Two scores this close, relative to the largest, may change places by rounding. */
const CLOSE = 1e-4;

/**
 * A pruner that tells the recorder where it chose between close scores: then the topologies of two runs may differ, though both
 * are right. Exact ties go by position in both runs.
 */
export function watchedPruner(pruner: itop.Pruner, recorder: Recorder): itop.Pruner {
  return {
    ...pruner,
    prune(request) {
      const dropped = pruner.prune(request);
      const scores = Float64Array.from(request.values, Math.abs);
      if (areClose(scores, new Set(dropped), -1)) recorder.choseClosely();
      return dropped;
    },
  };
}

/** The same for a grower that chooses by the gradient. */
export function watchedGrower(grower: itop.Grower, recorder: Recorder): itop.Grower {
  return {
    ...grower,
    grow(request) {
      const grown = grower.grow(request);
      if (!request.gradient) return grown;
      const scores = Float64Array.from(request.gradient.block(0, request.size), Math.abs);
      const chosen = new Set<number>(grown);
      const excluded = new Set<number>(request.active);
      if (areClose(scores, chosen, 1, excluded)) recorder.choseClosely();
      return grown;
    },
  };
}

/** @param sign  1 if the largest are chosen, -1 if the smallest */
function areClose(
  scores: Float64Array,
  chosen: ReadonlySet<number>,
  sign: number,
  excluded = new Set<number>(),
): boolean {
  let [worstChosen, bestOther, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  scores.forEach((score, i) => {
    if (excluded.has(i)) return;
    largest = Math.max(largest, score);
    if (chosen.has(i)) worstChosen = Math.min(worstChosen, sign * score);
    else bestOther = Math.max(bestOther, sign * score);
  });
  if (chosen.size === 0 || bestOther === Number.NEGATIVE_INFINITY) return false;
  const isExactTie = worstChosen === bestOther && worstChosen === 0;
  return !isExactTie && worstChosen - bestOther < CLOSE * largest;
}
