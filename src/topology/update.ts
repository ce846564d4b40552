import {createPositions, type Positions} from './positions.ts';
import {Topology} from './topology.ts';

/** One change of a topology, and where every surviving connection came from. */
export interface TopologyUpdate {
  /** The topology after the update. */
  readonly next: Topology;
  /** `[next.nnz]`: the slot that the connection in this slot had before, or −1 if it is new. */
  readonly source: Int32Array;
  /** Positions dropped, ascending. */
  readonly dropped: Positions;
  /** Positions grown, ascending. One that was also dropped returns as it was: `source` holds its old slot. */
  readonly grown: Positions;
}

/**
 * Drops some connections of a topology and grows others.
 *
 * A connection that is dropped and grown in the same update keeps its value and its optimizer slots, as in the official
 * implementation of ITOP.
 *
 * @param dropped  **slots** of the connections to drop, ascending and distinct
 * @param grown    **positions** to grow, ascending and distinct, inactive once `dropped` is gone
 * @throws RangeError if a slot or position is out of range, out of order, or grown although it is active
 */
export function updateTopology(topology: Topology, dropped: Int32Array, grown: Positions): TopologyUpdate {
  checkAscending('dropped slots', dropped, topology.nnz);
  checkAscending('grown positions', grown, topology.size);
  const before = topology.positions();
  const length = topology.nnz - dropped.length + grown.length;
  const after = createPositions(topology.size, length);
  const source = new Int32Array(length);
  let drop = 0;
  let grow = 0;
  for (let slot = 0, k = 0; k < length; ) {
    const position = slot < before.length ? before[slot] : Number.POSITIVE_INFINITY;
    const isDropped = drop < dropped.length && dropped[drop] === slot;
    const next = grow < grown.length ? grown[grow] : Number.POSITIVE_INFINITY;
    if (next < position) {
      after[k] = next;
      source[k++] = -1;
      grow++;
      continue;
    }
    if (next === position) {
      if (!isDropped) {
        throw new RangeError(
          `updateTopology: grown positions must be inactive, received ${next}, which is active. ` +
            'Grow only among the positions outside `active`.',
        );
      }
      grow++;
    }
    if (!isDropped || next === position) {
      after[k] = position;
      source[k++] = slot;
    }
    if (isDropped) drop++;
    slot++;
  }
  return {
    next: Topology.fromPositions(topology.shape, after),
    source,
    dropped: positionsAt(topology, dropped),
    grown,
  };
}

/** The positions of these slots. */
export function positionsAt(topology: Topology, slots: Int32Array): Positions {
  const positions = topology.positions();
  const found = createPositions(topology.size, slots.length);
  for (let i = 0; i < slots.length; i++) found[i] = positions[slots[i]];
  return found;
}

function checkAscending(what: string, values: ArrayLike<number>, end: number): void {
  let previous = -1;
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] > previous && values[i] < end && Number.isInteger(values[i]))) {
      throw new RangeError(
        `updateTopology: ${what} must be ascending, distinct integers in [0, ${end}), received ${values[i]} after ` +
          `${previous} at index ${i}. Sort them and remove duplicates.`,
      );
    }
    previous = values[i];
  }
}
