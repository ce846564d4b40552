import {BitSet, SortedSet} from '../topology/positionSet.ts';
import {MAX_INT32_SIZE} from '../topology/positions.ts';
import {fromBase64, toBase64} from './base64.ts';

/** A set of positions as plain JSON. */
export interface SavedSet {
  /** One bit per position, in 32-bit words; or the positions, as 32-bit integers, or doubles for sizes from 2^31 on. */
  readonly encoding: 'bits' | 'positions';
  /** Number of positions in the set, by which damaged data is recognised. */
  readonly count: number;
  /** The bytes of these little-endian numbers, in base64. */
  readonly data: string;
}

/** A set as plain JSON, in the representation that it has. */
export function saveSet(set: BitSet | SortedSet): SavedSet {
  const encoding = set instanceof BitSet ? 'bits' : 'positions';
  const {buffer, byteOffset, byteLength} = set instanceof BitSet ? set.words : set.positions;
  return {encoding, count: set.count, data: toBase64(new Uint8Array(buffer, byteOffset, byteLength))};
}

/**
 * The set that was saved.
 *
 * @param size  number of positions of the dense tensor
 * @param what  what the set belongs to, for messages
 * @throws Error if the data is damaged, cut off or of another size
 */
export function restoreSet(size: number, {encoding, count, data}: SavedSet, what: string): BitSet | SortedSet {
  const set = encoding === 'bits' ? decodeBits(size, data) : decodePositions(size, data);
  if (set?.count !== count) {
    throw new Error(
      `${what}: data must hold ${count} of ${size} positions as ${encoding}, received ${data.length} characters ` +
        `that hold ${set?.count ?? 'none'}. It was damaged or cut off: load it again, or use an earlier checkpoint.`,
    );
  }
  return set;
}

/** The set, or `undefined` if the data has another length or a bit that belongs to no position. */
function decodeBits(size: number, data: string): BitSet | undefined {
  const buffer = decode(data);
  if (buffer?.byteLength !== 4 * Math.ceil(size / 32)) return undefined;
  const words = new Uint32Array(buffer);
  const isClean = size % 32 === 0 || words[words.length - 1] >>> (size % 32) === 0;
  return isClean ? new BitSet(size, words) : undefined;
}

/** The set, or `undefined` if the data is not made of ascending positions below `size`. */
function decodePositions(size: number, data: string): SortedSet | undefined {
  const buffer = decode(data);
  const ArrayType = size <= MAX_INT32_SIZE ? Int32Array : Float64Array;
  if (!buffer || buffer.byteLength % ArrayType.BYTES_PER_ELEMENT !== 0) return undefined;
  const positions = new ArrayType(buffer);
  let previous = -1;
  for (const position of positions) {
    if (!(position > previous && position < size && Number.isInteger(position))) return undefined;
    previous = position;
  }
  return new SortedSet(size, positions);
}

function decode(data: string): ArrayBuffer | undefined {
  try {
    return fromBase64(data).buffer;
  } catch {
    return undefined;
  }
}
