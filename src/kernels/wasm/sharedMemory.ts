const HEADER_BYTES = 8;
const IMPORT_SECTION = 2;
/** The limits of a memory: at least one page; and shared, at least one page and at most 65,536. */
const PLAIN_LIMITS = [0x00, 0x01];
const SHARED_LIMITS = [0x03, 0x01, 0x80, 0x80, 0x04];

/**
 * The same module importing a shared memory. An import says which of the two it takes, and nothing else in a module depends
 * on it, so that one binary serves both.
 *
 * @param binary  a module whose only import is a memory of at least one page
 */
export function withSharedMemory(binary: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let section = sectionAt(binary, HEADER_BYTES);
  while (binary[section.begin] !== IMPORT_SECTION) section = sectionAt(binary, section.end);
  // The import section has a few names in it: its size is one byte.
  const {begin, end} = section;
  return Uint8Array.from([
    ...binary.subarray(0, begin + 1),
    binary[begin + 1] + SHARED_LIMITS.length - PLAIN_LIMITS.length,
    ...binary.subarray(begin + 2, end - PLAIN_LIMITS.length),
    ...SHARED_LIMITS,
    ...binary.subarray(end),
  ]);
}

/** A section: its number, its size in groups of seven bits, its contents. */
function sectionAt(binary: Uint8Array, begin: number): {readonly begin: number; readonly end: number} {
  let size = 0;
  let at = begin + 1;
  for (let shift = 0; ; shift += 7) {
    const byte = binary[at++];
    size |= (byte & 0x7f) << shift;
    if (byte < 0x80) return {begin, end: at + size};
  }
}
