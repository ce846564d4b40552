import {lowerBound, type Positions} from '../topology/positions.ts';
import type {Scores} from './criteria.ts';
import type {ActiveLayer, Criterion} from './types.ts';

/**
 * The scores of a layer's active connections, by slot.
 *
 * @param where  the strategy that ranks by them, for messages
 * @throws RangeError if one is NaN
 */
export function activeScores(where: string, criterion: Criterion, layer: ActiveLayer): Float32Array {
  const scores = criterion.active!(layer);
  checkRanked(where, scores, (slot) => `slot ${slot} of layer "${layer.name}"`);
  return scores;
}

/** Throws if a score is NaN, which has no rank. */
export function checkRanked(where: string, scores: Float32Array, placeOf: (index: number) => string): void {
  const index = findNaN(scores);
  if (index >= 0) throw noRank(where, placeOf(index));
}

/**
 * The same scores, those of inactive positions checked as they are read. Magnitudes are left alone: gradients are checked before.
 *
 * @param where   the strategy that ranks by them, for messages
 * @param active  ascending
 */
export function rankedScores(where: string, scores: Scores, active: Positions): Scores {
  if (scores.magnitudesOf) return scores;
  const isActive = (position: number) => active[lowerBound(active, position)] === position;
  return {
    size: scores.size,
    block(begin, end) {
      const block = scores.block(begin, end);
      let index = findNaN(block);
      while (index >= 0 && isActive(begin + index)) index = findNaN(block, index + 1);
      if (index >= 0) throw noRank(where, `position ${begin + index}`);
      return block;
    },
  };
}

function findNaN(scores: Float32Array, begin = 0): number {
  for (let i = begin; i < scores.length; i++) if (Number.isNaN(scores[i])) return i;
  return -1;
}

function noRank(where: string, place: string): RangeError {
  return new RangeError(
    `${where}: scores must be numbers, received NaN at ${place}. Check what the criterion makes of weights and gradients.`,
  );
}
