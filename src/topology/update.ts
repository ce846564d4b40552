import {checkKind} from './checkKind.ts';
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
  checkKind('updateTopology', 'topology', 'a Topology', topology, 'Make one with Topology.random(shape, nnz, random).');
  checkKind('updateTopology', 'dropped', 'a list', dropped, 'Pass slots as an Int32Array.');
  checkKind('updateTopology', 'grown', 'a list', grown, 'Pass positions as an Int32Array.');
  checkDropped(topology, dropped);
  checkAscending('grown positions', grown, topology.size);
  const {shape, rows, cols, rowPtr, colIdx} = topology;
  const length = topology.nnz - dropped.length + grown.length;
  const nextRowPtr = new Int32Array(rows + 1);
  const nextColIdx = new Int32Array(length);
  const source = new Int32Array(length);
  let k = 0;
  let drop = 0;
  let grow = 0;
  for (let row = 0; row < rows; row++) {
    const base = row * cols;
    const end = rowPtr[row + 1];
    let slot = rowPtr[row];
    // Columns of the row's next connection and of the next one to grow in it; `cols` or more where there is none.
    let col = slot < end ? colIdx[slot] : cols;
    let newCol = grow < grown.length ? grown[grow] - base : cols;
    // Without branches that a processor could not predict; what is written for a connection that goes, the next one overwrites.
    while (col < cols || newCol < cols) {
      const isOld = Number(col <= newCol);
      const isGrown = Number(newCol <= col);
      const isDropped = isOld & Number(drop < dropped.length && dropped[drop] === slot);
      if (isOld & isGrown & ~isDropped) throw alreadyActive(base + col);
      nextColIdx[k] = Math.min(col, newCol);
      source[k] = isOld * slot + isOld - 1;
      k += isGrown | (1 - isDropped);
      drop += isDropped;
      slot += isOld;
      grow += isGrown;
      col = slot < end ? colIdx[slot] : cols;
      newCol = grow < grown.length ? grown[grow] - base : cols;
    }
    nextRowPtr[row + 1] = k;
  }
  const next = new Topology(shape, nextRowPtr, nextColIdx);
  return {next, source, dropped: positionsAt(topology, dropped), grown};
}

/** The positions of these slots, ascending. */
export function positionsAt({size, cols, rowPtr, colIdx}: Topology, slots: Int32Array): Positions {
  const positions = createPositions(size, slots.length);
  for (let i = 0, row = 0; i < slots.length; i++) {
    while (rowPtr[row + 1] <= slots[i]) row++;
    positions[i] = row * cols + colIdx[slots[i]];
  }
  return positions;
}

/**
 * The positions that stay active when these slots are dropped, ascending.
 *
 * @throws RangeError if a slot is out of range or out of order
 */
export function positionsWithout(topology: Topology, dropped: Int32Array): Positions {
  checkDropped(topology, dropped);
  const {size, nnz, rows, cols, rowPtr, colIdx} = topology;
  const positions = createPositions(size, nnz - dropped.length);
  let length = 0;
  let drop = 0;
  for (let row = 0; row < rows; row++) {
    for (let slot = rowPtr[row]; slot < rowPtr[row + 1]; slot++) {
      const isDropped = Number(drop < dropped.length && dropped[drop] === slot);
      positions[length] = row * cols + colIdx[slot];
      drop += isDropped;
      length += 1 - isDropped;
    }
  }
  return positions;
}

/** The slots of the connections that an update made, without those that were dropped and grown again. */
export function newSlots({source}: Pick<TopologyUpdate, 'source'>): Int32Array {
  const slots = new Int32Array(source.length);
  let length = 0;
  for (let slot = 0; slot < source.length; slot++) {
    slots[length] = slot;
    length += Number(source[slot] < 0);
  }
  return slots.subarray(0, length);
}

function alreadyActive(position: number): RangeError {
  return new RangeError(
    `updateTopology: grown positions must be inactive, received ${position}, which is active. ` +
      'Grow only among the positions outside `active`.',
  );
}

function checkDropped({nnz}: Topology, dropped: Int32Array): void {
  checkAscending('dropped slots', dropped, nnz);
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
