import {createPositions, type Positions} from '../../topology/positions.ts';
import {complement} from '../../topology/sample.ts';
import {selectLargest} from '../../topology/select.ts';
import {checkCriterion} from '../checkCriterion.ts';
import type {Criterion, DenseGradient, Grower, GrowRequest} from '../types.ts';

/** Positions whose scores are read at a time, and the room for candidates beyond `k`. */
const BLOCK_LENGTH = 2 ** 18;

/**
 * Grows the `k` inactive positions with the highest scores, exactly, the lower position first among equals. Scores are read block by
 * block, so that memory is proportional to `k` and not to the layer.
 *
 * With a structure, those with the highest scores that it allows together; then all inactive positions are held at once, 8 bytes each.
 *
 * @param name  what messages and saved trainings know it by. @defaultValue that of the criterion in `growHighest(…)`
 * @throws TypeError if the criterion has no scores of all positions
 * @throws Error from `grow`, if the request carries no gradient and the criterion needs it
 * @throws RangeError from `grow`, if `k` exceeds the number of inactive positions
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
      const {size, k} = request;
      if (k === 0) return createPositions(size, 0);
      const scores = criterion.all!(request);
      return request.structure ? growInside(request, scores) : highestInactive(request, scores);
    },
  };
}

/** The `k` positions outside `active` with the highest scores, at least 0, ascending; the lower position first among equals. */
export function highestInactive(
  {size, active, k}: Pick<GrowRequest, 'size' | 'active' | 'k'>,
  scores: DenseGradient,
): Positions {
  const candidates = new Candidates(size, k);
  let {floor} = candidates;
  let slot = 0;
  for (let begin = 0; begin < size; begin += BLOCK_LENGTH) {
    const end = Math.min(begin + BLOCK_LENGTH, size);
    const block = scores.block(begin, end);
    for (let position = begin; position < end; position++) {
      // From one active position to the next.
      const next = Math.min(active[slot] ?? end, end);
      for (; position < next; position++) {
        const score = block[position - begin];
        if (score > floor) floor = candidates.add(position, score);
      }
      if (position < end) slot++;
    }
  }
  return candidates.best();
}

/** The best positions that the structure allows beside the active ones. */
function growInside({shape, size, active, k, structure}: GrowRequest, scores: DenseGradient): Positions {
  const candidates = complement(size, active);
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

/** Keeps the `k` highest scores ≥ 0 among positions that are added in ascending order; of equal scores those added first. */
class Candidates {
  private readonly scores: Float32Array;
  private readonly positions: Positions;
  private length = 0;
  /** The lowest score that is sure to be kept so far: no later one gets in unless it is higher. */
  floor = -1;

  constructor(
    size: number,
    private readonly k: number,
  ) {
    const capacity = Math.min(k + BLOCK_LENGTH, size);
    this.scores = new Float32Array(capacity);
    this.positions = createPositions(size, capacity);
  }

  /** @param score  above the floor. @returns the floor from now on */
  add(position: number, score: number): number {
    this.scores[this.length] = score;
    this.positions[this.length++] = position;
    if (this.length === this.scores.length) this.cutBack();
    return this.floor;
  }

  best(): Positions {
    this.cutBack();
    return this.positions.slice(0, this.k);
  }

  private cutBack(): void {
    const kept = selectLargest(this.scores.subarray(0, this.length), this.k);
    this.floor = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.k; i++) {
      this.scores[i] = this.scores[kept[i]];
      this.positions[i] = this.positions[kept[i]];
      this.floor = Math.min(this.floor, this.scores[i]);
    }
    this.length = this.k;
  }
}
