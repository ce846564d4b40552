import {decodeBase64, toBase64} from '../io/base64.ts';
import {decodeGaps, encodeGaps} from '../io/gaps.ts';
import {BitSet, SortedSet} from '../topology/positionSet.ts';
import {toPositions} from '../topology/positions.ts';

/** A set of positions as plain JSON. */
export interface SavedSet {
  /** One bit per position, in little-endian 32-bit words; or the gaps between the positions in the set, see `encodeGaps`. */
  readonly encoding: 'bits' | 'gaps';
  /** Number of positions in the set, by which damaged data is recognised. */
  readonly count: number;
  /** The bytes, in base64. */
  readonly data: string;
}

/** A set as plain JSON, in the representation that it has. */
export function saveSet(set: BitSet | SortedSet): SavedSet {
  const {count} = set;
  if (set instanceof SortedSet) return {encoding: 'gaps', count, data: toBase64(encodeGaps(set.positions()))};
  const {buffer, byteOffset, byteLength} = set.words;
  return {encoding: 'bits', count, data: toBase64(new Uint8Array(buffer, byteOffset, byteLength))};
}

/**
 * The set that was saved.
 *
 * @param size  number of positions of the dense tensor
 * @param what  what the set belongs to, for messages
 * @throws Error if the data is damaged, cut off or of another size
 */
export function restoreSet(size: number, {encoding, count, data}: SavedSet, what: string): BitSet | SortedSet {
  const bytes = decodeBase64(data);
  const set = bytes && (encoding === 'bits' ? restoreBits(size, bytes) : restoreSorted(size, bytes));
  if (set?.count !== count) {
    throw new Error(
      `${what}: data must hold ${count} of ${size} positions as ${encoding}, received ${data.length} characters ` +
        `that hold ${set?.count ?? 'none'}. It was damaged or cut off: load it again, or use an earlier checkpoint.`,
    );
  }
  return set;
}

/** The set, or `undefined` if the data has another length or a bit that belongs to no position. */
function restoreBits(size: number, bytes: Uint8Array<ArrayBuffer>): BitSet | undefined {
  if (bytes.length !== 4 * Math.ceil(size / 32)) return undefined;
  const words = new Uint32Array(bytes.buffer);
  const isClean = size % 32 === 0 || words[words.length - 1] >>> (size % 32) === 0;
  return isClean ? new BitSet(size, words) : undefined;
}

/** The set, or `undefined` if the data is cut off or does not end below `size`. */
function restoreSorted(size: number, bytes: Uint8Array): SortedSet | undefined {
  const positions = decodeGaps(bytes);
  if (!positions || (positions.at(-1) ?? -1) >= size) return undefined;
  return new SortedSet(size, toPositions(size, positions));
}
