import fc from 'fast-check';
import {expect, test} from 'vitest';
import {decodeVarints, encodeVarints} from '../../src/io/varints.ts';

test('varints, by hand', () => {
  // 300 = 44 + 2 · 128.
  const bytes = encodeVarints([0, 127, 300]);
  expect([...bytes]).toEqual([0, 127, 128 + 44, 2]);
  expect([...decodeVarints(bytes)!]).toEqual([0, 127, 300]);
});

test('all safe integers come back, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (values) => {
      expect([...decodeVarints(encodeVarints(values))!]).toEqual(values);
    }),
  );
});

test('what is cut off or exceeds 2^53 − 1 is none', () => {
  expect(decodeVarints(Uint8Array.of(5, 128))).toBeUndefined();
  expect(decodeVarints(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127))).toBeUndefined();
});

test('bytes that follow each other without an end are none', () => {
  expect(decodeVarints(Uint8Array.of(...new Array(400).fill(128), 1))).toBeUndefined();
  expect(decodeVarints(Uint8Array.of(...new Array(400).fill(128), 0))).toBeUndefined();
});
