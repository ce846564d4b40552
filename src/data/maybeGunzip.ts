/**
 * The content of a file that may be gzipped: decompressed if it begins with gzip's magic number, as it is otherwise.
 *
 * Uses the standard `DecompressionStream` (Node 18 and later, every current browser).
 *
 * @throws RangeError if the gzip data is truncated or damaged
 */
export async function maybeGunzip(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const source = new Blob([bytes as Uint8Array<ArrayBuffer>]);
    const content = source.stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(content).arrayBuffer());
  } catch (cause) {
    throw new RangeError(
      `maybeGunzip: gzip data must be whole and undamaged, received ${bytes.length} bytes that are not. ` +
        'Fetch the file again.',
      {cause},
    );
  }
}
