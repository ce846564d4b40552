import {createPositions, lowerBound, mergePositions, type Positions} from './positions.ts';

/** A growing set of positions of a dense tensor, for instance all that were ever active. */
export interface PositionSet {
  /** Number of positions of the dense tensor. */
  readonly size: number;
  /** Number of positions in the set. */
  readonly count: number;
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
    for (const word of this.words) this.count += popcount(word);
  }

  has(position: number): boolean {
    return (this.words[wordOf(position)] & (1 << (position & 31))) !== 0;
  }

  add(positions: Positions): void {
    for (const position of positions) {
      const word = wordOf(position);
      const bit = 1 << (position & 31);
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
    return new BitSet(this.size, this.words.slice());
  }
}

/** The sorted positions themselves: for layers whose dense size forbids even one bit per position. */
export class SortedSet implements PositionSet {
  constructor(
    readonly size: number,
    public positions: Positions = createPositions(size, 0),
  ) {}

  get count(): number {
    return this.positions.length;
  }

  has(position: number): boolean {
    return this.positions[lowerBound(this.positions, position)] === position;
  }

  add(positions: Positions): void {
    this.positions = mergePositions(this.size, this.positions, positions);
  }

  absent(ranks: Positions): Positions {
    return absentFrom(this.size, this.positions, ranks);
  }

  /** Cheap: `add` replaces the array and never writes to it. */
  copy(): SortedSet {
    return new SortedSet(this.size, this.positions);
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

/** A packed set costs size / 8 bytes whatever it holds, a sorted one 4 or 8 bytes per position that it holds. */
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
