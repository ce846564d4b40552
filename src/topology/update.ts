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
  const isKept = marksWithout(topology.nnz, dropped);
  let k = 0;
  let grow = 0;
  for (let row = 0; row < rows; row++) {
    const base = row * cols;
    // Column of the next connection to grow in this row; `cols` or more where there is none.
    let newCol = grow < grown.length ? grown[grow] - base : cols;
    const last = rowPtr[row + 1];
    for (let slot = rowPtr[row]; slot <= last; slot++) {
      const col = slot < last ? colIdx[slot] : cols;
      for (; newCol < col; newCol = ++grow < grown.length ? grown[grow] - base : cols) {
        nextColIdx[k] = newCol;
        source[k++] = -1;
      }
      if (slot === last) break;
      // What is written for a connection that goes, the next one overwrites.
      nextColIdx[k] = col;
      source[k] = slot;
      k += isKept[slot];
      if (newCol > col) continue;
      if (isKept[slot] === 1) throw alreadyActive(base + col);
      k++;
      newCol = ++grow < grown.length ? grown[grow] - base : cols;
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
  const isKept = marksWithout(nnz, dropped);
  let length = 0;
  for (let row = 0; row < rows; row++) {
    for (let slot = rowPtr[row]; slot < rowPtr[row + 1]; slot++) {
      positions[length] = row * cols + colIdx[slot];
      length += isKept[slot];
    }
  }
  return positions;
}

/** `[nnz]`: 0 for the slots that are dropped, 1 for the others. To look there is faster than to follow an ascending list. */
function marksWithout(nnz: number, dropped: Int32Array): Uint8Array {
  const marks = new Uint8Array(nnz).fill(1);
  for (let i = 0; i < dropped.length; i++) marks[dropped[i]] = 0;
  return marks;
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
