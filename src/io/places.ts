import type {Positions} from '../topology/positions.ts';
import {toPositions} from '../topology/positions.ts';
import {decodeGaps, encodeGaps} from './gaps.ts';

/** How positions are written: the gaps between them, see `encodeGaps`; or a bit for each position, from the lowest on. */
export type PlacesEncoding = 'gaps' | 'bits';

/** Ascending positions in [0, size) as bytes, in whichever way takes fewer. */
export function encodePlaces(positions: Positions, size: number): {encoding: PlacesEncoding; bytes: Uint8Array} {
  const gaps = encodeGaps(positions);
  if (gaps.length <= size / 8) return {encoding: 'gaps', bytes: gaps};
  const bits = new Uint8Array(Math.ceil(size / 8));
  for (const position of positions) bits[Math.floor(position / 8)] |= 1 << (position % 8);
  return {encoding: 'bits', bytes: bits};
}

/**
 * The positions that {@link encodePlaces} was given.
 *
 * @param nnz  how many they must be
 * @returns undefined if they are others, or do not lie in [0, size)
 */
export function decodePlaces(
  encoding: PlacesEncoding,
  bytes: Uint8Array,
  size: number,
  nnz: number,
): Positions | undefined {
  const positions = encoding === 'gaps' ? decodeGaps(bytes) : positionsOfBits(bytes, size);
  return positions?.length === nnz && (nnz === 0 || positions[nnz - 1] < size)
    ? toPositions(size, positions)
    : undefined;
}

function positionsOfBits(bytes: Uint8Array, size: number): number[] | undefined {
  if (bytes.length !== Math.ceil(size / 8)) return undefined;
  const positions: number[] = [];
  bytes.forEach((byte, i) => {
    for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) positions.push(8 * i + bit);
  });
  return positions;
}
