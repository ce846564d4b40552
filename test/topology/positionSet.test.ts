import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {absentFrom, BitSet, createPositionSet, type PositionSet, SortedSet} from '../../src/topology/positionSet.ts';
import {lowerBound, type Positions, toPositions} from '../../src/topology/positions.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {complement, samplePositions} from '../../src/topology/sample.ts';

const kinds: [string, (size: number) => PositionSet][] = [
  ['BitSet', (size) => new BitSet(size)],
  ['SortedSet', (size) => new SortedSet(size)],
];

const anyAdditions = fc
  .integer({min: 1, max: 200})
  .chain((size) =>
    fc.tuple(
      fc.constant(size),
      fc.array(fc.tuple(fc.integer({min: 0, max: size}), fc.integer()), {maxLength: 4}),
      fc.integer({min: 0, max: size}),
    ),
  );

describe.each(kinds)('%s', (_, create) => {
  test('holds what was added, counts it once, and finds what is absent', () => {
    fc.assert(
      fc.property(anyAdditions, ([size, additions, askedFor]) => {
        const set = create(size);
        const expected = new Set<number>();
        for (const [k, seed] of additions) {
          const positions = samplePositions(size, k, seededRandom(seed));
          set.add(positions);
          for (const position of positions) expected.add(position);
        }
        expect(set.count).toBe(expected.size);
        for (let position = 0; position < size; position++) expect(set.has(position)).toBe(expected.has(position));
        const others = complement(
          size,
          toPositions(
            size,
            [...expected].sort((a, b) => a - b),
          ),
        );
        const ranks = samplePositions(others.length, Math.min(askedFor, others.length), seededRandom(1));
        expect([...set.absent(ranks)]).toEqual([...ranks].map((rank) => others[rank]));
      }),
    );
  });

  test('a copy is independent', () => {
    const set = create(100);
    set.add(Int32Array.of(3, 64));
    const copy = set.copy();
    copy.add(Int32Array.of(5));
    set.add(Int32Array.of(99));
    expect([3, 5, 64, 99].map((position) => set.has(position))).toEqual([true, false, true, true]);
    expect([3, 5, 64, 99].map((position) => copy.has(position))).toEqual([true, true, true, false]);
    expect([set.count, copy.count]).toEqual([3, 3]);
  });

  test('nothing is absent from a full set, and no rank is a rank', () => {
    const set = create(33);
    set.add(complement(33, new Int32Array(0)));
    expect(set.count).toBe(33);
    expect(set.absent(new Int32Array(0)).length).toBe(0);
  });
});

/** Positions close to the borders of the buckets of a {@link SortedSet}, of which there are five. */
const anyCrowd = fc
  .constantFrom(2 ** 16, 2 ** 32)
  .chain((width) =>
    fc.tuple(
      fc.constant(4 * width + (width > 2 ** 16 ? 2 ** 38 : 7)),
      fc.array(
        fc.uniqueArray(
          fc
            .tuple(fc.integer({min: 0, max: 4}), fc.integer({min: -3, max: 6}))
            .map(([bucket, offset]) => Math.max(0, bucket * width + offset)),
        ),
        {maxLength: 4},
      ),
    ),
  );

test('a SortedSet is exact at the borders of its buckets, below and above 2^38 positions', () => {
  fc.assert(
    fc.property(anyCrowd, ([size, additions]) => {
      const set = new SortedSet(size);
      const ascending = (positions: Iterable<number>) =>
        toPositions(
          size,
          [...positions].sort((a, b) => a - b),
        );
      for (const positions of additions) set.add(ascending(positions));
      const expected = ascending(new Set(additions.flat()));
      expect(set.count).toBe(expected.length);
      expect([...set.positions()]).toEqual([...expected]);
      const nearby = ascending(
        new Set([...expected].flatMap((p) => [p - 1, p, p + 1]).filter((p) => p >= 0 && p < size)),
      );
      expect([...nearby].filter((position) => set.has(position))).toEqual([...expected]);
      // The rank of what is absent is its position less what of the set lies below.
      const absent = nearby.filter((position) => !expected.includes(position)) as Positions;
      const ranks = absent.map((position) => position - lowerBound(expected, position)) as Positions;
      expect([...set.absent(ranks)]).toEqual([...absent]);
      expect([...new SortedSet(size, expected).positions()]).toEqual([...expected]);
    }),
  );
});

test('a SortedSet takes 2 bytes per position, and 4 above 2^38 positions', () => {
  const bytes = (size: number) => {
    const set = new SortedSet(size, samplePositions(size, 1000, seededRandom(1)));
    const {offsets} = set as unknown as {offsets: Uint16Array | Uint32Array};
    return offsets.byteLength / set.count;
  };
  expect(bytes(500_000 * 500_000)).toBe(2);
  expect(bytes(2 ** 39)).toBe(4);
});

test('a BitSet is rebuilt from its words', () => {
  const set = new BitSet(70);
  set.add(Int32Array.of(0, 31, 32, 69));
  const again = new BitSet(70, set.words);
  expect(again.count).toBe(4);
  expect([0, 31, 32, 69].every((position) => again.has(position))).toBe(true);
});

test('a BitSet fills whole words, the sign bit included', () => {
  const set = new BitSet(64);
  set.add(Int32Array.from({length: 32}, (_, i) => i));
  expect(set.words).toEqual(Uint32Array.of(0xffffffff, 0));
  expect([...set.absent(Int32Array.of(0, 31))]).toEqual([32, 63]);
});

test('absentFrom skips what is present, by hand', () => {
  // Present 0, 2, 3, 7 of 10; absent 1, 4, 5, 6, 8, 9, of which the ranks 0, 2 and 5 are 1, 5 and 9.
  expect([...absentFrom(10, Int32Array.of(0, 2, 3, 7), Int32Array.of(0, 2, 5))]).toEqual([1, 5, 9]);
});

test('a layer of 500 000 × 500 000 is held by its positions, not by its bits', () => {
  const size = 500_000 * 500_000;
  const set = createPositionSet(size);
  expect(set).toBeInstanceOf(SortedSet);
  set.add(Float64Array.of(0, 2 ** 32, size - 1));
  expect([2 ** 32, 2 ** 32 + 1, size - 1].map((position) => set.has(position))).toEqual([true, false, true]);
  const absent = set.absent(Float64Array.of(0, 2 ** 32 - 2, 2 ** 32 - 1, size - 4));
  expect([...absent]).toEqual([1, 2 ** 32 - 1, 2 ** 32 + 1, size - 2]);
  expect(createPositionSet(1000)).toBeInstanceOf(BitSet);
});
