import type {Positions} from '../topology/positions.ts';

/**
 * Ascending positions as few bytes: for each, the number of positions that lie between the last one and it, seven bits per
 * byte from the lowest on, the eighth bit set where another byte follows (LEB128).
 *
 * @param positions  ascending and distinct
 */
export function encodeGaps(positions: Positions): Uint8Array {
  let length = 0;
  forEachGap(positions, (gap) => {
    length++;
    for (; gap >= 128; gap = Math.floor(gap / 128)) length++;
  });
  const bytes = new Uint8Array(length);
  let end = 0;
  forEachGap(positions, (gap) => {
    for (; gap >= 128; gap = Math.floor(gap / 128)) bytes[end++] = 128 + (gap % 128);
    bytes[end++] = gap;
  });
  return bytes;
}

/** The positions that {@link encodeGaps} was given; `undefined` if the last one is cut off or they exceed 2^53. */
export function decodeGaps(bytes: Uint8Array): Float64Array | undefined {
  let length = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] < 128) length++;
  const positions = new Float64Array(length);
  let position = -1;
  let gap = 0;
  let scale = 1;
  length = 0;
  for (let i = 0; i < bytes.length; i++) {
    gap += (bytes[i] % 128) * scale;
    scale *= 128;
    if (bytes[i] >= 128) continue;
    position += gap + 1;
    if (position > Number.MAX_SAFE_INTEGER) return undefined;
    positions[length++] = position;
    gap = 0;
    scale = 1;
  }
  return scale === 1 ? positions : undefined;
}

function forEachGap(positions: Positions, visit: (gap: number) => void): void {
  let next = 0;
  for (let i = 0; i < positions.length; i++) {
    visit(positions[i] - next);
    next = positions[i] + 1;
  }
}
