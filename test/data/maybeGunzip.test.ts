import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {maybeGunzip} from '../../src/data/maybeGunzip.ts';

const content = Uint8Array.from({length: 5000}, (_, i) => (i * i) >> 3);
const zipped = new Uint8Array(gzipSync(content));

describe('maybeGunzip', () => {
  it('decompresses gzip data', async () => {
    expect(await maybeGunzip(zipped)).toEqual(content);
  });

  it('returns anything else as it is', async () => {
    expect(await maybeGunzip(content)).toBe(content);
    expect(await maybeGunzip(new Uint8Array(0))).toEqual(new Uint8Array(0));
  });

  it.each([
    ['truncated in the middle', zipped.subarray(0, 400)],
    ['truncated by one byte', zipped.subarray(0, -1)],
    ['damaged', zipped.map((byte, i) => (i === zipped.length - 6 ? byte ^ 1 : byte))],
    ['followed by other bytes', Uint8Array.of(...zipped, 1, 2, 3)],
  ])('rejects gzip data that is %s', async (_, bytes) => {
    await expect(maybeGunzip(bytes)).rejects.toThrow(
      new RangeError(
        `maybeGunzip: gzip data must be whole and undamaged, received ${bytes.length} bytes that are not. ` +
          'Fetch the file again.',
      ),
    );
  });
});
