import {gzipSync} from 'node:zlib';
import {describe, expect, it, vi} from 'vitest';
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

  it('stops where the content becomes larger than it may', async () => {
    expect(await maybeGunzip(zipped, {maxBytes: 5000})).toEqual(content);
    await expect(maybeGunzip(zipped, {maxBytes: 4999})).rejects.toThrow(
      new RangeError(
        `maybeGunzip: the content must have at most 4999 bytes, received more in a file of ${zipped.length}. ` +
          'If it is meant to be that large, pass a higher maxBytes.',
      ),
    );
  });

  it('does not decompress the rest of a file that becomes a thousand times as large', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(2 ** 26)));
    expect(bomb.length).toBeLessThan(2 ** 17);
    const pull = vi.spyOn(ReadableStreamDefaultReader.prototype, 'read');
    await expect(maybeGunzip(bomb, {maxBytes: 2 ** 20})).rejects.toThrow('must have at most 1048576 bytes');
    expect(pull.mock.calls.length).toBeLessThan(100);
    pull.mockRestore();
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
