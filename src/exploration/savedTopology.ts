import {decodeBase64, toBase64} from '../io/base64.ts';
import {decodeGaps, encodeGaps} from '../io/gaps.ts';
import {decodeVarints, encodeVarints} from '../io/varints.ts';
import {sizeOf} from '../topology/positions.ts';
import {Topology} from '../topology/topology.ts';

/** The active positions of a topology as plain JSON. */
export interface SavedTopology {
  /** Number of active positions, by which damaged data is recognised. */
  readonly nnz: number;
  /** The gaps between the positions, see `encodeGaps`, in base64. */
  readonly gaps: string;
}

/** A topology as plain JSON, without its shape. */
export function saveTopology(topology: Topology): SavedTopology {
  return {nnz: topology.nnz, gaps: toBase64(encodeGaps(topology.positions()))};
}

/**
 * The topology that was saved.
 *
 * @param what  what it belongs to, for messages
 * @throws Error if the data is damaged, cut off or of another shape
 */
export function restoreTopology(shape: readonly number[], {nnz, gaps}: SavedTopology, what: string): Topology {
  const bytes = decodeBase64(gaps);
  const positions = bytes && decodeGaps(bytes);
  if (positions?.length !== nnz || (positions.at(-1) ?? -1) >= sizeOf(shape)) {
    throw new Error(
      `${what}: gaps must hold ${nnz} of ${sizeOf(shape)} positions, received ${gaps.length} characters that do not. ` +
        'The file was damaged or cut off: load it again, or use an earlier checkpoint.',
    );
  }
  return Topology.fromPositions(shape, positions);
}

/** Numbers by slot as base64 text. */
export function saveBirths(births: Int32Array): string {
  return toBase64(encodeVarints(births));
}

/**
 * The numbers that were saved.
 *
 * @param nnz      how many there must be
 * @param records  above all of them
 * @param what     what they belong to, for messages
 * @throws Error if the data is damaged or cut off
 */
export function restoreBirths(text: string, nnz: number, records: number, what: string): Int32Array {
  const bytes = decodeBase64(text);
  const births = bytes && decodeVarints(bytes);
  if (births?.length !== nnz || !births.every((birth) => birth < records)) {
    throw new Error(
      `${what}: births must hold ${nnz} numbers below ${records}, received ${text.length} characters that do not. ` +
        'The file was damaged or cut off: load it again, or use an earlier checkpoint.',
    );
  }
  return Int32Array.from(births);
}
