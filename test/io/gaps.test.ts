import fc from 'fast-check';
import {expect, test} from 'vitest';
import {decodeGaps, encodeGaps} from '../../src/io/gaps.ts';

test('gaps, by hand', () => {
  // Before 0 lies nothing; between 0 and 128 lie 127 positions, between 128 and 257 lie 128 = 0 + 1 · 128, in two bytes.
  const bytes = encodeGaps(Int32Array.of(0, 128, 257));
  expect([...bytes]).toEqual([0, 127, 128 + 0, 1]);
  expect([...decodeGaps(bytes)!]).toEqual([0, 128, 257]);
});

test('positions up to 2^53 − 1 come back', () => {
  const anyPositions = fc.uniqueArray(fc.maxSafeNat()).map((list) => Float64Array.from(list).sort());
  fc.assert(
    fc.property(anyPositions, (positions) => {
      expect(decodeGaps(encodeGaps(positions))).toEqual(positions);
    }),
  );
  const last = Float64Array.of(Number.MAX_SAFE_INTEGER);
  expect(decodeGaps(encodeGaps(last))).toEqual(last);
});

test('what is cut off or exceeds 2^53 is none', () => {
  expect(decodeGaps(Uint8Array.of(5, 128))).toBeUndefined();
  expect(decodeGaps(new Uint8Array(20).fill(255))).toBeUndefined();
  expect(decodeGaps(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127))).toBeUndefined();
});
