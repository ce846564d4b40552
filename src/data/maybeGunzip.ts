import {checkKind} from '../topology/checkKind.ts';
import {checkBytes, FILE_ADVICE} from './checkBytes.ts';
import {concatBytes} from './dataset.ts';

/** Options of {@link maybeGunzip}. */
export interface GunzipOptions {
  /** Bytes that a file may become: a small file can be made that becomes thousands of times as large. @defaultValue 2^28, 256 MiB */
  readonly maxBytes?: number;
}

/**
 * The content of a file that may be gzipped: decompressed if it begins with gzip's magic number, as it is otherwise.
 *
 * Uses the standard `DecompressionStream` (Node 18 and later, every current browser).
 *
 * @throws RangeError if the gzip data is truncated or damaged, or becomes larger than `maxBytes`
 */
export async function maybeGunzip(bytes: Uint8Array, {maxBytes = 2 ** 28}: GunzipOptions = {}): Promise<Uint8Array> {
  checkBytes('maybeGunzip', 'bytes', bytes, FILE_ADVICE);
  checkKind('maybeGunzip', 'maxBytes', 'a number', maxBytes, 'Leave it out for 2 ** 28.');
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const reader = source.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array[] = [];
  for (let length = 0; ; ) {
    const {done, value} = await reader.read().catch((cause: unknown) => {
      throw new RangeError(
        `maybeGunzip: gzip data must be whole and undamaged, received ${bytes.length} bytes that are not. ` +
          'Fetch the file again.',
        {cause},
      );
    });
    if (done) return concatBytes(parts);
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new RangeError(
        `maybeGunzip: the content must have at most ${maxBytes} bytes, received more in a file of ${bytes.length}. ` +
          'If it is meant to be that large, pass a higher maxBytes.',
      );
    }
    parts.push(value);
  }
}
