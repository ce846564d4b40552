import type {Topology} from '../../topology/topology.ts';
import type {Images} from './images.ts';

/**
 * Most connections that one worker adds up: enough to hide what it costs to begin and to write. Fewer where there are few
 * rows, so that there are many workers.
 */
function pieceLength(rows: number): number {
  return rows >= 256 ? 256 : 64;
}

/**
 * Which connections are added up to which output, row by row, and long rows in pieces, so that no worker has much more to do
 * than the others.
 *
 * The connections stand in the order of the outputs' rows, one per phase and channel. A piece gives one partial sum; the pieces
 * of a row are neighbours. A row without connections has none.
 */
export interface SumIndex {
  /**
   * For each connection its offset in the staged source, in pixels; then for each its slot, if `slotsAt` is not 0; for each
   * piece its first connection, and the end, in room for more; for each row its first piece, and the end.
   */
  readonly data: Int32Array;
  readonly layout: SumLayout;
}

/** Where things are in a {@link SumIndex}, and how many. */
export interface SumLayout {
  readonly length: number;
  readonly slotsAt: number;
  readonly piecesAt: number;
  readonly rowsAt: number;
  readonly connections: number;
  readonly pieces: number;
  /**
   * Room for pieces, the same for every topology with as many connections: tfjs keeps buffers for the next of exactly their
   * size, and would keep one for each topology otherwise.
   */
  readonly room: number;
}

/** The connections by output channel, for the forward product. */
export function forwardSumIndex(topology: Topology, images: Images): SumIndex {
  const {colPtr, rowIdx, slots} = topology.transposed();
  const offsetOf = sourceOffsets(images);
  return createIndex(colPtr, rowIdx.map(offsetOf), slots);
}

/** The connections by phase and input channel, for the input's gradient. */
export function backwardSumIndex({rowPtr, colIdx, nnz}: Topology, images: Images): SumIndex {
  const {x, y, outputChannels} = images;
  const pixels = y.staged * x.staged;
  const ptr = new Int32Array(y.phases * x.phases * outputChannels + 1);
  const offsets = new Int32Array(nnz);
  const slots = new Int32Array(nnz);
  let end = 0;
  for (let row = 0; row < ptr.length - 1; row++) {
    const channel = row % outputChannels;
    const phase = Math.floor(row / outputChannels);
    for (let tap = 0; tap < y.taps.length * x.taps.length; tap++) {
      const tapY = y.taps[Math.floor(tap / x.taps.length)];
      const tapX = x.taps[tap % x.taps.length];
      if (tapY.phase * x.phases + tapX.phase !== phase) continue;
      const kernelRow = tap * outputChannels + channel;
      for (let slot = rowPtr[kernelRow]; slot < rowPtr[kernelRow + 1]; slot++) {
        offsets[end] = colIdx[slot] * pixels + tapY.offset * x.staged + tapX.offset;
        slots[end++] = slot;
      }
    }
    ptr[row + 1] = end;
  }
  const isInOrder = slots.every((slot, entry) => slot === entry);
  return createIndex(ptr, offsets, isInOrder ? undefined : slots);
}

/** For each slot the offset of its row in the staged source, in pixels; then for each its column. */
export function dotIndex({rows, rowPtr, colIdx, nnz}: Topology, images: Images): Int32Array {
  const data = new Int32Array(2 * nnz);
  const offsetOf = sourceOffsets(images);
  for (let row = 0; row < rows; row++) data.fill(offsetOf(row), rowPtr[row], rowPtr[row + 1]);
  data.set(colIdx, nnz);
  return data;
}

/** The staged offset of each row of the kernel: a tap and a channel of the source. */
function sourceOffsets({x, y, sourceChannels}: Images): (row: number) => number {
  return (row) => {
    const tap = Math.floor(row / sourceChannels);
    const channel = row - tap * sourceChannels;
    const tapY = y.taps[Math.floor(tap / x.taps.length)];
    return (channel * y.staged + tapY.offset) * x.staged + x.taps[tap % x.taps.length].offset;
  };
}

function createIndex(ptr: Int32Array, offsets: Int32Array, slots?: Int32Array): SumIndex {
  const connections = offsets.length;
  const rows = ptr.length - 1;
  const most = pieceLength(rows);
  const begins: number[] = [];
  const firstPieces = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    firstPieces[row] = begins.length;
    for (let at = ptr[row]; at < ptr[row + 1]; at += most) begins.push(at);
  }
  const pieces = begins.length;
  firstPieces[rows] = pieces;
  const slotsAt = slots ? connections : 0;
  const piecesAt = slotsAt + connections;
  const room = Math.min(connections, rows + Math.floor(connections / most));
  const rowsAt = piecesAt + room + 1;
  const data = new Int32Array(rowsAt + rows + 1);
  data.set(offsets);
  if (slots) data.set(slots, slotsAt);
  data.set([...begins, connections], piecesAt);
  data.set(firstPieces, rowsAt);
  return {data, layout: {length: data.length, slotsAt, piecesAt, rowsAt, connections, pieces, room}};
}
