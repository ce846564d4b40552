import {toBase64} from '../io/base64.ts';
import type {Topology} from '../topology/topology.ts';

/** Numbers of values in bins of equal width. */
export interface Histogram {
  /** Lowest value of the first bin. */
  readonly min: number;
  /** Integers per bin. */
  readonly width: number;
  /** How many there are in each bin. */
  readonly counts: readonly number[];
}

/** Densities of the parts of a matrix. */
export interface DensityGrid {
  /** Rows of the grid. */
  readonly rows: number;
  /** Columns of the grid. */
  readonly cols: number;
  /** The highest density, which 255 stands for. */
  readonly max: number;
  /** `[rows · cols]` bytes, row-major, in base64. */
  readonly cells: string;
}

/** A topology at a glance, of a size that does not depend on its own. */
export interface TopologyPicture {
  /** The matrix `[inputs, outputs]`. */
  readonly grid: DensityGrid;
  /** Active inputs of the outputs. */
  readonly fanIn: Histogram;
  /** Active outputs of the inputs. */
  readonly fanOut: Histogram;
  /** `[rows]`: active outputs of each input, if asked for. */
  readonly inputs?: readonly number[];
}

/** Largest number of rows and columns of a grid, and of bins. */
const SIDE = 48;
const BINS = 32;

/**
 * Draws a topology small.
 *
 * @param withInputs  whether to give the fan-out of each input, for a map of the inputs
 */
export function topologyPicture(topology: Topology, withInputs = false): TopologyPicture {
  const {rows, rowPtr} = topology;
  const fanOut = Int32Array.from({length: rows}, (_, row) => rowPtr[row + 1] - rowPtr[row]);
  return {
    grid: densityGrid(topology),
    fanIn: histogram(topology.fanIn()),
    fanOut: histogram(fanOut),
    ...(withInputs ? {inputs: [...fanOut]} : {}),
  };
}

/** The densities of at most {@link SIDE} by as many parts of the matrix, as equal in size as whole rows and columns allow. */
export function densityGrid({rows, cols, rowPtr, colIdx}: Topology, side = SIDE): DensityGrid {
  const height = Math.min(rows, side);
  const width = Math.min(cols, side);
  const partOf = (index: number, size: number, parts: number) => Math.floor((index * parts) / size);
  const active = new Float64Array(height * width);
  for (let row = 0; row < rows; row++) {
    const base = partOf(row, rows, height) * width;
    for (let k = rowPtr[row]; k < rowPtr[row + 1]; k++) active[base + partOf(colIdx[k], cols, width)]++;
  }
  // The part with the number p begins at the lowest index that partOf maps to it.
  const beginOf = (part: number, size: number, parts: number) => Math.ceil((part * size) / parts);
  const densities = active.map((count, cell) => {
    const [y, x] = [Math.floor(cell / width), cell % width];
    const cellRows = beginOf(y + 1, rows, height) - beginOf(y, rows, height);
    const cellCols = beginOf(x + 1, cols, width) - beginOf(x, cols, width);
    return count / (cellRows * cellCols);
  });
  const max = densities.reduce((most, density) => Math.max(most, density), 0);
  const bytes = Uint8Array.from(densities, (density) => (max === 0 ? 0 : Math.round((255 * density) / max)));
  return {rows: height, cols: width, max, cells: toBase64(bytes)};
}

/** Counts integers in at most {@link BINS} bins. */
export function histogram(values: Int32Array, bins = BINS): Histogram {
  const min = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const max = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const width = Math.ceil((max - min + 1) / bins);
  const counts = Array(Math.floor((max - min) / width) + 1).fill(0);
  for (const value of values) counts[Math.floor((value - min) / width)]++;
  return {min, width, counts};
}
