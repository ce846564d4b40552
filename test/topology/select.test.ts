import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {selectLargest, selectSmallest} from '../../src/topology/select.ts';

/** Float32 numbers without NaN; from few values or from all of them, infinities, subnormals and −0 among them. */
const anyScores = fc
  .oneof(fc.array(fc.constantFrom(0, -0, 1, -1, 2)), fc.array(fc.float({noNaN: true})))
  .map((values) => Float32Array.from(values));
const scoresAndCount = anyScores.chain((scores) =>
  fc.tuple(fc.constant(scores), fc.integer({min: 0, max: scores.length})),
);

/** The same by sorting: `sign` 1 for the smallest first, −1 for the largest; indices break ties. */
function bySorting(scores: Float32Array, k: number, sign: number): number[] {
  const indices = Array.from(scores, (_, i) => i);
  const compare = (a: number, b: number) => (scores[a] === scores[b] ? a - b : scores[a] < scores[b] ? -sign : sign);
  return indices
    .sort(compare)
    .slice(0, k)
    .sort((a, b) => a - b);
}

describe('selection', () => {
  test('by hand', () => {
    const scores = Float32Array.of(0.5, -2, 3, 0.5, -0, 0, 0.5);
    expect([...selectLargest(scores, 3)]).toEqual([0, 2, 3]); // 3, then two of the three 0.5
    expect([...selectSmallest(scores, 2)]).toEqual([1, 4]); // −2, then −0, which equals 0 and comes first
    expect([...selectSmallest(Float32Array.of(0, -0), 1)]).toEqual([0]);
    expect([...selectLargest(Float32Array.of(-0, 0), 1)]).toEqual([0]);
  });

  test('agrees with sorting, for the largest and the smallest', () => {
    fc.assert(
      fc.property(scoresAndCount, ([scores, k]) => {
        expect([...selectLargest(scores, k)]).toEqual(bySorting(scores, k, -1));
        expect([...selectSmallest(scores, k)]).toEqual(bySorting(scores, k, 1));
      }),
      {numRuns: 1000},
    );
  });

  test('tells neighbouring floats apart', () => {
    const bits = Uint32Array.of(0x3f800001, 0x3f800000, 0x3f800002, 0xbf800001, 0xbf800000);
    const scores = new Float32Array(bits.buffer);
    expect([...selectLargest(scores, 1)]).toEqual([2]);
    expect([...selectLargest(scores, 2)]).toEqual([0, 2]);
    expect([...selectSmallest(scores, 1)]).toEqual([3]);
  });

  test('among all ties the lower indices win', () => {
    expect([...selectLargest(new Float32Array(9), 4)]).toEqual([0, 1, 2, 3]);
    expect([...selectSmallest(new Float32Array(9).fill(7), 4)]).toEqual([0, 1, 2, 3]);
  });

  test('none and all', () => {
    expect(selectLargest(new Float32Array(0), 0).length).toBe(0);
    expect(selectLargest(Float32Array.of(1, 2), 0).length).toBe(0);
    expect([...selectSmallest(Float32Array.of(2, 1), 2)]).toEqual([0, 1]);
  });

  test('leaves the scores as they were', () => {
    const scores = Float32Array.of(3, -0, 2);
    selectLargest(scores, 2);
    expect([...scores]).toEqual([3, -0, 2]);
  });

  test('refuses a k that is no count of scores', () => {
    for (const k of [-1, 3, 1.5, Number.NaN]) expect(() => selectLargest(new Float32Array(2), k)).toThrow(RangeError);
    expect(() => selectSmallest(new Float32Array(2), 3)).toThrow(
      'select: k must be an integer in [0, 2], received 3. Ask for at most as many as there are scores.',
    );
  });
});
