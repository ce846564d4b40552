import {createPositions, type Positions} from '../../topology/positions.ts';
import {selectLargest} from '../../topology/select.ts';

/** Room for candidates beyond `k`, where `k` is less. */
const LEAST_ROOM = 2 ** 14;
/** Scores that are compared with the floor at a time. */
const PIECE_LENGTH = 2 ** 12;
/** Bits of a score that do not count for its bucket: what is left are sign, exponent and five bits of the fraction. */
const BUCKET_SHIFT = 18;

/**
 * Keeps the `k` highest scores among inactive positions, which are added in ascending order; of equal scores those added first.
 *
 * Counts of the candidates by the leading bits of their scores tell at any time below which score none can be among the best, so that
 * few get in. Memory is proportional to `k`.
 */
export class Candidates {
  private readonly scores: Float32Array;
  /** The bits of the scores. */
  private readonly bits: Int32Array;
  private readonly positions: Positions;
  private length = 0;
  /** The first active position that was not passed yet. */
  private slot = 0;
  /** Places in a block of the scores that were not below the floor when its piece was begun. */
  private readonly high = new Int32Array(PIECE_LENGTH);
  private readonly counts = new Int32Array(2 ** (32 - BUCKET_SHIFT));
  /** The lowest bucket of which some can be among the best; what it and the higher ones hold; the lowest score in it. */
  private bucket = 0;
  private above = 0;
  private floor = Number.NEGATIVE_INFINITY;

  /**
   * @param size    of the layer
   * @param active  ascending
   * @param k       at least 1, at most as many as are inactive
   */
  constructor(
    size: number,
    private readonly active: Positions,
    private readonly k: number,
  ) {
    this.scores = new Float32Array(Math.min(k + Math.max(k, LEAST_ROOM), size));
    this.bits = new Int32Array(this.scores.buffer);
    this.positions = createPositions(size, this.scores.length);
  }

  /** Adds the scores of the positions from `begin` on, active ones among them. */
  add(block: Float32Array, begin: number): void {
    const high = this.high;
    for (let from = 0; from < block.length; from += PIECE_LENGTH) {
      const end = Math.min(from + PIECE_LENGTH, block.length);
      const {floor} = this;
      let length = 0;
      // Without a branch that a processor could not predict.
      for (let i = from; i < end; i++) {
        high[length] = i;
        length += Number(!(block[i] < floor));
      }
      for (let i = 0; i < length; i++) this.addOne(begin + high[i], block[high[i]]);
    }
  }

  /** The positions of the best, ascending. */
  best(): Positions {
    this.cut(selectLargest(this.scores.subarray(0, this.length), this.k));
    return this.positions.slice(0, this.k);
  }

  private addOne(position: number, score: number): void {
    const active = this.active;
    const counts = this.counts;
    // It has risen since the piece was begun.
    if (score < this.floor) return;
    while (this.slot < active.length && active[this.slot] < position) this.slot++;
    if (this.slot < active.length && active[this.slot] === position) return;
    this.scores[this.length] = score + 0; // −0 becomes 0
    this.positions[this.length] = position;
    counts[this.bucketOf(this.length++)]++;
    this.above++;
    if (this.above - counts[this.bucket] >= this.k) {
      while (this.above - counts[this.bucket] >= this.k) this.above -= counts[this.bucket++];
      this.floor = lowestIn(this.bucket);
    }
    if (this.length === this.scores.length) this.makeRoom();
  }

  /** Lets go of those below the floor, or, where most are equal, of all but the best. */
  private makeRoom(): void {
    const {scores, positions, floor, k} = this;
    let length = 0;
    for (let i = 0; i < this.length; i++) {
      const score = scores[i];
      scores[length] = score;
      positions[length] = positions[i];
      length += Number(!(score < floor));
    }
    this.length = length;
    if (length - k > (scores.length - k) / 2) this.cut(selectLargest(scores.subarray(0, length), k));
  }

  /** Keeps these places alone. */
  private cut(kept: Int32Array): void {
    const {scores, positions, counts} = this;
    counts.fill(0);
    for (let i = 0; i < kept.length; i++) {
      scores[i] = scores[kept[i]];
      positions[i] = positions[kept[i]];
      counts[this.bucketOf(i)]++;
    }
    this.length = kept.length;
    this.above = kept.length;
  }

  /** The leading bits of a score, in its order. */
  private bucketOf(place: number): number {
    const bits = this.bits[place];
    return (bits ^ ((bits >> 31) | 0x80000000)) >>> BUCKET_SHIFT;
  }
}

/** The lowest score whose leading bits are these; NaN, below which is nothing, for those of −∞. */
function lowestIn(bucket: number): number {
  const key = bucket << BUCKET_SHIFT;
  return new Float32Array(Int32Array.of(key ^ (~(key >> 31) | 0x80000000)).buffer)[0];
}
