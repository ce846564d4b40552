import {createPositions, lowerBound, type Positions} from './positions.ts';

/** A growing set of positions of a dense tensor, for instance all that were ever active. */
export interface PositionSet {
  /** Number of positions of the dense tensor. */
  readonly size: number;
  /** Number of positions in the set. */
  readonly count: number;
  /** True if the position is in the set. */
  has(position: number): boolean;
  /** Adds ascending, distinct positions; those already in the set stay. */
  add(positions: Positions): void;
  /**
   * The positions **outside** the set with these ranks: rank 0 is the lowest position that is not in the set.
   *
   * @param ranks  ascending and distinct, in [0, size − count)
   * @returns positions, ascending, as many as ranks
   */
  absent(ranks: Positions): Positions;
  /** An independent set with the same positions. */
  copy(): PositionSet;
}

/** One bit per position. */
export class BitSet implements PositionSet {
  count = 0;
  /** Bit `p & 31` of word `p >>> 5` belongs to position `p`. */
  readonly words: Uint32Array;

  constructor(
    readonly size: number,
    words?: Uint32Array,
  ) {
    this.words = words ?? new Uint32Array(Math.ceil(size / 32));
    if (words) for (let i = 0; i < words.length; i++) this.count += popcount(words[i]);
  }

  has(position: number): boolean {
    return (this.words[wordOf(position)] & (1 << (position & 31))) !== 0;
  }

  add(positions: Positions): void {
    for (let i = 0; i < positions.length; i++) {
      const word = wordOf(positions[i]);
      const bit = 1 << (positions[i] & 31);
      if ((this.words[word] & bit) === 0) {
        this.words[word] |= bit;
        this.count++;
      }
    }
  }

  absent(ranks: Positions): Positions {
    const found = createPositions(this.size, ranks.length);
    let word = 0;
    let before = 0;
    for (let i = 0; i < ranks.length; i++) {
      let inWord = 32 - popcount(this.words[word]);
      while (before + inWord <= ranks[i]) {
        before += inWord;
        inWord = 32 - popcount(this.words[++word]);
      }
      found[i] = word * 32 + nthZero(this.words[word], ranks[i] - before);
    }
    return found;
  }

  copy(): BitSet {
    const copy = new BitSet(this.size);
    copy.words.set(this.words);
    copy.count = this.count;
    return copy;
  }
}

/** Up to this size a {@link SortedSet} takes 2 bytes per position that it holds, above 4. */
const SHORT_OFFSETS_LIMIT = 2 ** 38;

/**
 * The positions that are in the set, in order: for layers whose dense size forbids even one bit per position.
 *
 * Each is held as its offset in one of many equal buckets: 2 bytes per position and 16 MiB at most for the buckets, up to
 * 2^38 positions of the dense tensor; 4 bytes above.
 */
export class SortedSet implements PositionSet {
  /** Positions of the dense tensor that share a bucket. */
  private readonly width: number;
  /** Bucket `b` owns the offsets `starts[b] … starts[b + 1] - 1`. */
  private starts: Int32Array;
  /** Distance of each position from the beginning of its bucket, ascending within a bucket. */
  private offsets: Uint16Array | Uint32Array;

  /** @param positions  what is in the set to begin with, ascending and distinct */
  constructor(
    readonly size: number,
    positions?: Positions,
  ) {
    this.width = size <= SHORT_OFFSETS_LIMIT ? 2 ** 16 : 2 ** 32;
    this.starts = new Int32Array(Math.ceil(size / this.width) + 1);
    this.offsets = this.createOffsets(0);
    if (positions) this.add(positions);
  }

  get count(): number {
    return this.offsets.length;
  }

  has(position: number): boolean {
    const bucket = Math.floor(position / this.width);
    const offset = position - bucket * this.width;
    const end = this.starts[bucket + 1];
    const found = lowerBound(this.offsets, offset, this.starts[bucket], end);
    return found < end && this.offsets[found] === offset;
  }

  add(positions: Positions): void {
    const {width} = this;
    const starts = new Int32Array(this.starts.length);
    const offsets = this.createOffsets(this.count + positions.length);
    let length = 0;
    for (let bucket = 0, next = 0, i = 0; bucket < starts.length - 1; bucket++) {
      const end = this.starts[bucket + 1];
      for (;;) {
        // `width` where the bucket has no further position, of those in the set and of those to add.
        const old = i < end ? this.offsets[i] : width;
        const added = next < positions.length ? Math.min(positions[next] - bucket * width, width) : width;
        if (old === width && added === width) break;
        offsets[length++] = Math.min(old, added);
        if (old <= added) i++;
        if (added <= old) next++;
      }
      starts[bucket + 1] = length;
    }
    this.starts = starts;
    this.offsets = length === offsets.length ? offsets : offsets.slice(0, length);
  }

  absent(ranks: Positions): Positions {
    const found = createPositions(this.size, ranks.length);
    let bucket = 0;
    let before = 0;
    let below = this.starts[0];
    for (let i = 0; i < ranks.length; i++) {
      for (let absent = this.absentIn(bucket); before + absent <= ranks[i]; absent = this.absentIn(bucket)) {
        before += absent;
        below = this.starts[++bucket];
      }
      // Each position of the set that lies below moves the wanted one up by one.
      const [begin, end] = [this.starts[bucket], this.starts[bucket + 1]];
      const rank = ranks[i] - before;
      while (below < end && this.offsets[below] <= rank + below - begin) below++;
      found[i] = bucket * this.width + rank + below - begin;
    }
    return found;
  }

  /** Cheap: `add` replaces the arrays and never writes to them. */
  copy(): SortedSet {
    const copy = new SortedSet(this.size);
    copy.starts = this.starts;
    copy.offsets = this.offsets;
    return copy;
  }

  /** What is in the set, ascending: a new array, 8 bytes per position where the size exceeds 2^31 − 1. */
  positions(): Positions {
    const positions = createPositions(this.size, this.count);
    for (let bucket = 0; bucket < this.starts.length - 1; bucket++) {
      const base = bucket * this.width;
      for (let i = this.starts[bucket]; i < this.starts[bucket + 1]; i++) positions[i] = base + this.offsets[i];
    }
    return positions;
  }

  /** Number of positions of a bucket that are not in the set. */
  private absentIn(bucket: number): number {
    const positions = Math.min(this.width, this.size - bucket * this.width);
    return positions - (this.starts[bucket + 1] - this.starts[bucket]);
  }

  private createOffsets(length: number): Uint16Array | Uint32Array {
    return this.width === 2 ** 16 ? new Uint16Array(length) : new Uint32Array(length);
  }
}

/**
 * The positions **not** among `present` with these ranks; see {@link PositionSet.absent}. Cost O(present + ranks).
 *
 * @param present  ascending and distinct
 * @param ranks    ascending and distinct, in [0, size − present.length)
 */
export function absentFrom(size: number, present: Positions, ranks: Positions): Positions {
  const found = createPositions(size, ranks.length);
  let below = 0;
  for (let i = 0; i < ranks.length; i++) {
    while (below < present.length && present[below] <= ranks[i] + below) below++;
    found[i] = ranks[i] + below;
  }
  return found;
}

/** A packed set costs size / 8 bytes whatever it holds, a sorted one 2 bytes or more per position that it holds. */
const PACKED_BYTES_LIMIT = 2 ** 28;

/** The cheaper representation for a layer: packed bits, or sorted positions where the bits would exceed 256 MiB. */
export function createPositionSet(size: number): BitSet | SortedSet {
  return size / 8 <= PACKED_BYTES_LIMIT ? new BitSet(size) : new SortedSet(size);
}

function wordOf(position: number): number {
  return Math.floor(position / 32);
}

function popcount(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Index of the n-th zero bit of a word, n from 0. */
function nthZero(word: number, n: number): number {
  for (let bit = 0; ; bit++) {
    if ((word & (1 << bit)) === 0 && n-- === 0) return bit;
  }
}
