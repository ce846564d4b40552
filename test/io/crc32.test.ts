import {expect, it} from 'vitest';
import {crc32, crc32Hex} from '../../src/io/crc32.ts';

it('is the checksum of zip and PNG', () => {
  const of = (text: string) => crc32(new TextEncoder().encode(text));
  // The check value of CRC-32/ISO-HDLC.
  expect(of('123456789')).toBe(0xcbf43926);
  expect(crc32Hex(new TextEncoder().encode('123456789'))).toBe('cbf43926');
  expect(crc32Hex(new Uint8Array())).toBe('00000000');
  expect(of('')).toBe(0);
  expect(of('\0')).toBe(0xd202ef8d);
});
