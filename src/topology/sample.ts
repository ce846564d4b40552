import {checkKind} from './checkKind.ts';
import {describeValue} from './describeValue.ts';
import {createPositions, mergePositions, type Positions} from './positions.ts';
import type {Random} from './random.ts';

/** Up to this size membership is tracked in one bit per position (32 MiB at most); above, by sorting. */
const BITMAP_LIMIT = 2 ** 28;

/** Up to so many words of that bitmap per position drawn, reading all of them is faster than sorting. */
const WORDS_PER_POSITION = 16;

/** Draws without a new position after which a source is taken for broken: with one that is not, once in 2^1000 calls. */
const MOST_REPETITIONS = 1000;

/**
 * Draws `k` distinct positions of `size`, every set of `k` equally likely; exact also for sizes far above 2^32.
 *
 * Positions are drawn until `k` different ones were seen; where more than half are asked for, the others are drawn.
 * Expected cost O(k), or O(k log k) above 2^28 positions, with the same numbers taken from `random` in both cases;
 * memory never more than 32 MiB beyond the result.
 *
 * @param size  number of positions, up to 2^53 − 1
 * @returns `k` positions, ascending
 * @throws RangeError if `k` is not an integer in [0, size], or a number of `random` is not in [0, 1)
 * @throws Error if `random` repeats itself
 */
export function samplePositions(size: number, k: number, random: Random): Positions {
  checkKind('samplePositions', 'random', 'a function', random, 'Pass seededRandom(seed).');
  if (!(Number.isInteger(k) && k >= 0 && k <= size)) {
    throw new RangeError(
      `samplePositions: k must be an integer in [0, ${size}], received ${describeValue(k)}. Ask for at most as many as there are.`,
    );
  }
  if (k > size / 2) return complement(size, samplePositions(size, size - k, random));
  return size <= BITMAP_LIMIT ? drawWithBitmap(size, k, random) : drawWithSort(size, k, random);
}

/**
 * The positions of `size` that are not in `positions`.
 *
 * @param positions  ascending and distinct
 */
export function complement(size: number, positions: Positions): Positions {
  const others = createPositions(size, size - positions.length);
  let length = 0;
  let from = 0;
  for (const position of positions) {
    while (from < position) others[length++] = from++;
    from = position + 1;
  }
  while (from < size) others[length++] = from++;
  return others;
}

/** Draws at most half of the positions with one bit of memory for each. Exported for the test that holds both ways against each other. */
export function drawWithBitmap(size: number, k: number, random: Random): Positions {
  const seen = new Uint32Array(Math.ceil(size / 32));
  const positions = createPositions(size, k);
  for (let length = 0, repetitions = 0; length < k; ) {
    const position = draw(size, random);
    const bit = 1 << (position & 31);
    if (seen[position >>> 5] & bit) {
      if (++repetitions > MOST_REPETITIONS) throw repeats(position);
      continue;
    }
    seen[position >>> 5] |= bit;
    positions[length++] = position;
    repetitions = 0;
  }
  // A look at all words, or where there are many for each position, a sort.
  return seen.length < WORDS_PER_POSITION * k ? positionsOf(seen, positions) : positions.sort();
}

/** The positions whose bits are set, in order. */
function positionsOf(seen: Uint32Array, positions: Positions): Positions {
  for (let word = 0, length = 0; length < positions.length; word++) {
    for (let bits = seen[word]; bits !== 0; bits &= bits - 1)
      positions[length++] = 32 * word + 31 - Math.clz32(bits & -bits);
  }
  return positions;
}

/** Draws at most half of the positions: as many as are still missing, sorted, without repetitions, and again until all `k` are there. */
export function drawWithSort(size: number, k: number, random: Random): Positions {
  let positions = createPositions(size, 0);
  for (let repetitions = 0; positions.length < k; ) {
    const drawn = createPositions(size, k - positions.length);
    for (let i = 0; i < drawn.length; i++) drawn[i] = draw(size, random);
    const before = positions.length;
    positions = mergePositions(size, positions, distinct(drawn.sort()));
    repetitions = positions.length === before ? repetitions + drawn.length : 0;
    if (repetitions > MOST_REPETITIONS) throw repeats(positions[0]);
  }
  return positions;
}

/** A position, every one of `size` equally likely. */
function draw(size: number, random: Random): number {
  const number = random();
  if (!(number >= 0 && number < 1)) {
    throw new RangeError(
      `samplePositions: random must return numbers in [0, 1), received ${number}. Pass seededRandom(seed).`,
    );
  }
  return Math.floor(number * size);
}

function repeats(position: number): Error {
  return new Error(
    `samplePositions: random must return different numbers, received ${MOST_REPETITIONS} in a row that chose positions seen ` +
      `before, the last ${position}. Pass seededRandom(seed).`,
  );
}

/** The sorted positions without repetitions, in place. */
function distinct(sorted: Positions): Positions {
  let length = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[length++] = sorted[i];
  }
  return sorted.subarray(0, length);
}
