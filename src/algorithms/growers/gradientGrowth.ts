import {createPositions, type Positions} from '../../topology/positions.ts';
import {selectLargest} from '../../topology/select.ts';
import type {Grower} from '../types.ts';

/** Positions whose gradients are read at a time, and the room for candidates beyond `k`. */
const BLOCK_LENGTH = 2 ** 18;

/**
 * Grows where the loss would fall fastest: the `k` inactive positions with the largest |gradient|.
 *
 * Exactly `k` are grown, never an active position, whatever the gradients; ties, zeros among them, go to the lower position.
 * Those just dropped may come back. The gradient is read block by block, so that memory is proportional to `k` and not to
 * the layer.
 *
 * @throws Error from `grow`, if the request carries no gradient
 * @throws RangeError from `grow`, if `k` exceeds the number of inactive positions
 * @see Evci et al. 2020, "Rigging the Lottery", §3 (4) Grow criterion, https://arxiv.org/abs/1911.11134
 */
export function gradientGrowth(): Grower {
  return {
    name: 'gradientGrowth',
    needsGradient: true,
    grow({size, active, k, gradient}) {
      if (!gradient) {
        throw new Error(
          'gradientGrowth: request.gradient must be the dense gradient, received undefined. ' +
            'Pass it, as for every grower with needsGradient.',
        );
      }
      if (k === 0) return createPositions(size, 0);
      const candidates = new Candidates(size, k);
      let slot = 0;
      for (let begin = 0; begin < size; begin += BLOCK_LENGTH) {
        const end = Math.min(begin + BLOCK_LENGTH, size);
        const block = gradient.block(begin, end);
        for (let position = begin; position < end; position++) {
          if (position === active[slot]) slot++;
          else candidates.offer(position, Math.abs(block[position - begin]));
        }
      }
      return candidates.best();
    },
  };
}

/** Keeps the `k` highest scores ≥ 0 among positions offered in ascending order; of equal scores those offered first. */
class Candidates {
  private readonly scores: Float32Array;
  private readonly positions: Positions;
  private length = 0;
  /** The lowest score that is sure to be kept so far: no later one gets in unless it is higher. */
  private floor = -1;

  constructor(
    size: number,
    private readonly k: number,
  ) {
    const capacity = Math.min(k + BLOCK_LENGTH, size);
    this.scores = new Float32Array(capacity);
    this.positions = createPositions(size, capacity);
  }

  offer(position: number, score: number): void {
    if (score <= this.floor) return;
    this.scores[this.length] = score;
    this.positions[this.length++] = position;
    if (this.length === this.scores.length) this.cutBack();
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
