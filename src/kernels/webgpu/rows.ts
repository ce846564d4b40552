import type * as tf from '@tensorflow/tfjs';
import {type GpuBackend, type GpuProgram, runProgram} from './gpu.ts';
import {ROW_THREADS} from './programs/rows.ts';

/** Matrices `[rows, columns]` that are gone through row by row. */
export interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly floats?: Readonly<Record<string, number>>;
  /** Numbers of the result. */
  readonly length: number;
}

/** Runs a program of {@link overRows}. @returns `[length]`, for the caller to dispose */
export function runRows(
  backend: GpuBackend,
  program: GpuProgram,
  {rows, columns, inputs, floats, length}: Rows,
): tf.TensorInfo {
  return runProgram(backend, program, {
    workgroup: [ROW_THREADS, 1],
    groups: Math.ceil(rows / ROW_THREADS),
    inputs,
    uniforms: {rows, columns, ...floats},
    length,
  });
}
