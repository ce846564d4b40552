import type * as tf from '@tensorflow/tfjs';
import {type GpuBackend, type GpuProgram, runProgram} from './gpu.ts';
import {COLUMNS_THREADS} from './programs/columnSums.ts';
import {SPLITS_THREADS, sumSplits} from './programs/sumSplits.ts';
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
  readonly floats?: Readonly<Record<string, number>>;
}

/**
 * Runs a program of {@link columnSums}.
 *
 * @param terms  how many sums it makes of each column
 * @returns `[terms · columns]`, for the caller to dispose
 */
export function runColumnSums(
  backend: GpuBackend,
  program: GpuProgram,
  terms: number,
  columns: Columns,
): tf.TensorInfo {
  const {partial, splits} = runPartialSums(backend, program, terms, columns);
  return splits === 1 ? partial : runSumSplits(backend, partial, splits, terms * columns.columns);
}

/** As {@link runColumnSums}, but @returns the terms by themselves, each `[columns]` */
export function runColumnTerms(
  backend: GpuBackend,
  program: GpuProgram,
  terms: number,
  columns: Columns,
): tf.TensorInfo[] {
  const {partial, splits} = runPartialSums(backend, program, terms, columns);
  const sums = Array.from({length: terms}, (_, term) =>
    runSplits(backend, partial, columns.columns, {splits, terms, term}),
  );
  backend.disposeData(partial.dataId);
  return sums;
}

/** @returns `[splits, terms, columns]`, flat */
function runPartialSums(
  backend: GpuBackend,
  program: GpuProgram,
  terms: number,
  {rows, columns, inputs, floats}: Columns,
): {partial: tf.TensorInfo; splits: number} {
  const [width, height] = COLUMNS_THREADS;
  const columnGroups = Math.ceil(columns / width);
  const mostSplits = Math.max(1, Math.floor(rows / (height * LEAST_ROWS)));
  const splitRows = Math.ceil(rows / Math.min(Math.ceil(BUSY / columnGroups), mostSplits));
  const splits = Math.ceil(rows / splitRows);
  const partial = runProgram(backend, program, {
    workgroup: COLUMNS_THREADS,
    groups: columnGroups * splits,
    inputs,
    uniforms: {rows, columns, columnGroups, splits, splitRows, ...floats},
    length: splits * terms * columns,
  });
  return {partial, splits};
}

/** Adds up `[splits, length]`, and disposes it. @returns `[length]` */
export function runSumSplits(
  backend: GpuBackend,
  partial: tf.TensorInfo,
  splits: number,
  length: number,
): tf.TensorInfo {
  const sums = runSplits(backend, partial, length, {splits, terms: 1, term: 0});
  backend.disposeData(partial.dataId);
  return sums;
}

/** Most threads that share the splits of a number. */
const MOST_SHARING = 16;

function runSplits(
  backend: GpuBackend,
  partial: tf.TensorInfo,
  length: number,
  uniforms: Readonly<Record<'splits' | 'terms' | 'term', number>>,
): tf.TensorInfo {
  const sharing = powerOfTwo(uniforms.splits, MOST_SHARING);
  const width = SPLITS_THREADS / sharing;
  return runProgram(backend, sumSplits, {
    workgroup: [width, sharing],
    groups: Math.ceil(length / width),
    inputs: {partial},
    uniforms: {length, ...uniforms},
    length,
  });
}
