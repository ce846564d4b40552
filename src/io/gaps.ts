import type {Positions} from '../topology/positions.ts';
import {decodeVarints, encodeVarints} from './varints.ts';

/**
 * Ascending positions as few bytes: for each, the number of positions that lie between the last one and it, as in
 * {@link encodeVarints}.
 *
 * @param positions  ascending and distinct
 */
export function encodeGaps(positions: Positions): Uint8Array {
  const gaps = positions.slice();
  for (let i = gaps.length - 1; i > 0; i--) gaps[i] -= gaps[i - 1] + 1;
  return encodeVarints(gaps);
}

/** The positions that {@link encodeGaps} was given; `undefined` if the last one is cut off or they exceed 2^53. */
export function decodeGaps(bytes: Uint8Array): Float64Array | undefined {
  const positions = decodeVarints(bytes);
  if (!positions) return undefined;
  for (let i = 1; i < positions.length; i++) positions[i] += positions[i - 1] + 1;
  return (positions.at(-1) ?? 0) > Number.MAX_SAFE_INTEGER ? undefined : positions;
}
