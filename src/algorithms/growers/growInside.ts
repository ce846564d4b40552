import {createPositions, type Positions} from '../../topology/positions.ts';
import {complement} from '../../topology/sample.ts';
import type {DenseGradient, GrowRequest} from '../types.ts';
import {takenPositions} from './takenPositions.ts';

/** Positions whose scores are read at a time. */
export const BLOCK_LENGTH = 2 ** 18;

/** The best positions that the structure allows beside the active ones. */
export function growInside(request: GrowRequest, scores: DenseGradient): Positions {
  const {shape, size, active, k, structure} = request;
  const candidates = complement(size, takenPositions(request));
  const ofCandidates = new Float32Array(candidates.length);
  for (let begin = 0, next = 0; begin < size; begin += BLOCK_LENGTH) {
    const end = Math.min(begin + BLOCK_LENGTH, size);
    const block = scores.block(begin, end);
    for (; next < candidates.length && candidates[next] < end; next++)
      ofCandidates[next] = block[candidates[next] - begin];
  }
  const chosen = structure!.select({
    shape,
    candidates,
    scores: ofCandidates,
    k,
    fixed: active,
    total: active.length + k,
  });
  const grown = createPositions(size, chosen.length);
  for (let i = 0; i < chosen.length; i++) grown[i] = candidates[chosen[i]];
  return grown;
}
