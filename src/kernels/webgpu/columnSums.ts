import type * as tf from '@tensorflow/tfjs';
import {type GpuBackend, type GpuProgram, runForAll} from './gpu.ts';
import {COLUMNS_THREADS} from './programs/columnSums.ts';
import {SPLITS_THREADS, sumSplits, sumSplitsOfPairs} from './programs/sumSplits.ts';
import {powerOfTwo} from './sums.ts';

/** Workgroups that keep a device busy: with fewer, the rows are split. */
const BUSY = 512;
/** Fewest rows of a thread in a split. */
const LEAST_ROWS = 8;

/** Matrices `[rows, columns]` whose columns are summed up. */
export interface Columns {
  readonly rows: number;
  readonly columns: number;
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** What the program has for uniforms besides. */
  readonly uniforms?: Readonly<Record<string, number>>;
}

/**
 * Runs a program of {@link columnSums}.
 *
 * @param terms  how many sums it makes of each column
 * @returns `[terms · columns]`, and what the program writes besides, each `[rows · columns]`; for the caller to dispose
 */
export function runColumnSums(
  backend: GpuBackend,
  program: GpuProgram,
  terms: number,
  columns: Columns,
): tf.TensorInfo[] {
  const {partial, splits, others} = runPartialSums(backend, program, terms, columns);
  return [splits === 1 ? partial : runSumSplits(backend, partial, splits, terms * columns.columns), ...others];
}

/** As {@link runColumnSums} of a program with two terms, but @returns these by themselves, each `[columns]` */
export function runColumnPairs(backend: GpuBackend, program: GpuProgram, columns: Columns): tf.TensorInfo[] {
  const {partial, splits} = runPartialSums(backend, program, 2, columns);
  const pair = runSplits(backend, sumSplitsOfPairs, partial, splits, columns.columns);
  backend.disposeData(partial.dataId);
  return pair;
}

/** @returns `[splits, terms, columns]`, flat */
function runPartialSums(
  backend: GpuBackend,
  program: GpuProgram,
  terms: number,
  {rows, columns, inputs, uniforms}: Columns,
): {partial: tf.TensorInfo; splits: number; others: tf.TensorInfo[]} {
  const [width, height] = COLUMNS_THREADS;
  const columnGroups = Math.ceil(columns / width);
  const mostSplits = Math.max(1, Math.floor(rows / (height * LEAST_ROWS)));
  const splitRows = Math.ceil(rows / Math.min(Math.ceil(BUSY / columnGroups), mostSplits));
  const splits = Math.ceil(rows / splitRows);
  const [partial, ...others] = runForAll(backend, program, {
    workgroup: COLUMNS_THREADS,
    groups: columnGroups * splits,
    inputs,
    uniforms: {rows, columns, columnGroups, splits, splitRows, ...uniforms},
    length: splits * terms * columns,
    furtherLength: rows * columns,
  });
  return {partial, splits, others};
}

/** Adds up `[splits, length]`, and disposes it. @returns `[length]` */
export function runSumSplits(
  backend: GpuBackend,
  partial: tf.TensorInfo,
  splits: number,
  length: number,
): tf.TensorInfo {
  const [sums] = runSplits(backend, sumSplits, partial, splits, length);
  backend.disposeData(partial.dataId);
  return sums;
}

/** Most threads that share the splits of a number. */
const MOST_SHARING = 16;

function runSplits(
  backend: GpuBackend,
  program: GpuProgram,
  partial: tf.TensorInfo,
  splits: number,
  length: number,
): tf.TensorInfo[] {
  const sharing = powerOfTwo(splits, MOST_SHARING);
  const width = SPLITS_THREADS / sharing;
  return runForAll(backend, program, {
    workgroup: [width, sharing],
    groups: Math.ceil(length / width),
    inputs: {partial},
    uniforms: {length, splits},
    length,
  });
}
