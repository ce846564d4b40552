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
  /** Of the piece that is being added: the places of scores that can get in; whether a position is active. */
  private readonly high = new Int32Array(PIECE_LENGTH);
  private readonly isActive = new Uint8Array(PIECE_LENGTH);
  private readonly counts = new Int32Array(2 ** (32 - BUCKET_SHIFT));
  /** The lowest bucket of which some can be among the best; what it and the higher ones hold; the lowest score in it. */
  private bucket = 0;
  private above = 0;
  private floor = Number.NEGATIVE_INFINITY;
  /** The lowest score that still gets in: after a cut more than the lowest of the kept, since of equal ones those before are kept. */
  private entry = Number.NEGATIVE_INFINITY;

  /**
   * @param size         of the layer
   * @param active       ascending
   * @param k            at least 1, at most as many as are inactive
   * @param byMagnitude  whether the score of a number is its magnitude
   */
  constructor(
    size: number,
    private readonly active: Positions,
    private readonly k: number,
    private readonly byMagnitude: boolean,
  ) {
    this.scores = new Float32Array(Math.min(k + Math.max(k, LEAST_ROOM), size) + PIECE_LENGTH);
    this.bits = new Int32Array(this.scores.buffer);
    this.positions = createPositions(size, this.scores.length);
  }

  /** Adds the numbers of the positions from `begin` on, active ones among them. */
  add(block: Float32Array, begin: number): void {
    for (let from = 0; from < block.length; from += PIECE_LENGTH) {
      const piece = block.subarray(from, from + PIECE_LENGTH);
      if (this.length + piece.length > this.scores.length) this.makeRoom();
      this.markActive(begin + from, piece.length);
      this.addHigh(piece, begin + from, this.findHigh(piece));
      this.raiseFloor();
    }
  }

  /** The positions of the best, ascending. */
  best(): Positions {
    this.cut(selectLargest(this.scores.subarray(0, this.length), this.k));
    return this.positions.slice(0, this.k);
  }

  private markActive(begin: number, length: number): void {
    const active = this.active;
    let slot = this.slot;
    this.isActive.fill(0);
    for (; slot < active.length && active[slot] < begin + length; slot++) this.isActive[active[slot] - begin] = 1;
    this.slot = slot;
  }

  /**
   * Finds the places whose scores can get in: the magnitude of such a score is, too. Fours of low ones, which are most, go by
   * together; in the others there is no branch that a processor could not predict.
   *
   * @returns how many there are
   */
  private findHigh(piece: Float32Array): number {
    const high = this.high;
    const entry = this.entry;
    let length = 0;
    for (let begin = 0; begin < piece.length; begin += 4) {
      const end = Math.min(begin + 4, piece.length);
      const areLow =
        end === begin + 4 &&
        Math.abs(piece[begin]) < entry &&
        Math.abs(piece[begin + 1]) < entry &&
        Math.abs(piece[begin + 2]) < entry &&
        Math.abs(piece[begin + 3]) < entry;
      if (areLow) continue;
      for (let place = begin; place < end; place++) {
        high[length] = place;
        length += Number(!(Math.abs(piece[place]) < entry));
      }
    }
    return length;
  }

  private addHigh(piece: Float32Array, begin: number, count: number): void {
    const {scores, positions, isActive, entry} = this;
    const [bits, high, counts, byMagnitude] = [this.bits, this.high, this.counts, this.byMagnitude];
    const before = this.length;
    let length = before;
    for (let i = 0; i < count; i++) {
      const place = high[i];
      // −0 becomes 0.
      const score = byMagnitude ? Math.abs(piece[place]) : piece[place] + 0;
      scores[length] = score;
      positions[length] = begin + place;
      const isCandidate = (1 - isActive[place]) & Number(!(score < entry));
      counts[bucketOf(bits[length])] += isCandidate;
      length += isCandidate;
    }
    this.length = length;
    this.above += length - before;
  }

  private raiseFloor(): void {
    const {counts, k} = this;
    if (this.above - counts[this.bucket] < k) return;
    while (this.above - counts[this.bucket] >= k) this.above -= counts[this.bucket++];
    this.floor = scoreOf(this.bucket << BUCKET_SHIFT);
    this.entry = this.floor;
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
    const {scores, bits, positions, counts} = this;
    counts.fill(0);
    let lowest = 0xffffffff;
    for (let i = 0; i < kept.length; i++) {
      scores[i] = scores[kept[i]];
      positions[i] = positions[kept[i]];
      counts[bucketOf(bits[i])]++;
      lowest = Math.min(lowest, keyOf(bits[i]));
    }
    this.length = kept.length;
    this.above = kept.length;
    this.entry = scoreOf(lowest + 1);
  }
}

/** The bits of a score as a number in its order. */
function keyOf(bits: number): number {
  return (bits ^ ((bits >> 31) | 0x80000000)) >>> 0;
}

/** The leading bits of the key. */
function bucketOf(bits: number): number {
  return keyOf(bits) >>> BUCKET_SHIFT;
}

/** The score of a key; NaN, below which is nothing, for the first of those of −∞. */
function scoreOf(key: number): number {
  return new Float32Array(Int32Array.of(key ^ (~(key >> 31) | 0x80000000)).buffer)[0];
}
