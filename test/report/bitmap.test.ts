import {expect, it} from 'vitest';
import {decodeBase64} from '../../src/io/base64.ts';
import {bitmapAddress, toPixels} from '../../src/report/bitmap.ts';

it('a bitmap holds its pixels from the bottom row up, in rows of whole words', () => {
  const address = bitmapAddress(3, 2, Uint8Array.of(0, 1, 2, 253, 254, 255));
  expect(address.startsWith('data:image/bmp;base64,')).toBe(true);
  const bytes = decodeBase64(address.slice(address.indexOf(',') + 1))!;
  const view = new DataView(bytes.buffer);
  expect(String.fromCharCode(bytes[0], bytes[1])).toBe('BM');
  const begin = view.getUint32(10, true);
  expect([view.getUint32(2, true), begin]).toEqual([bytes.length, 54 + 4 * 256]);
  expect([view.getUint32(18, true), view.getUint32(22, true), view.getUint16(28, true)]).toEqual([3, 2, 8]);
  expect([...bytes.subarray(begin)]).toEqual([253, 254, 255, 0, 0, 1, 2, 0]);
  // The ends of viridis, #440154 and #fde725, as blue, green, red.
  expect([...bytes.subarray(54, 58)]).toEqual([0x54, 0x01, 0x44, 0]);
  expect([...bytes.subarray(begin - 4, begin)]).toEqual([0x25, 0xe7, 0xfd, 0]);
});

it('values become shares of the brightest', () => {
  expect([...toPixels([0, 1, 2], 2)]).toEqual([0, 128, 255]);
  expect([...toPixels([0, 0], 0)]).toEqual([0, 0]);
});
