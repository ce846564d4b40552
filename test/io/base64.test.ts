import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {decodeBase64, toBase64} from '../../src/io/base64.ts';

it('writes the same text as Node and reads it back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = toBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect([...decodeBase64(text)!]).toEqual([...bytes]);
    }),
  );
});

it.each([0x6000 - 1, 0x6000, 0x6000 + 1, 100_000])('writes and reads %s bytes', (length) => {
  const bytes = Uint8Array.from({length}, (_, i) => (i * 31) % 256);
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  expect(Buffer.from(decodeBase64(toBase64(bytes))!).equals(Buffer.from(bytes))).toBe(true);
});

it('finds none in text that is not base64', () => {
  expect(decodeBase64('§')).toBeUndefined();
});
