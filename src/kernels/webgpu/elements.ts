import type * as tf from '@tensorflow/tfjs';
import {type GpuBackend, type GpuProgram, runProgram} from './gpu.ts';
import {ELEMENT_THREADS} from './programs/elementwise.ts';

/**
 * Runs an elementwise program.
 *
 * @param uniforms  all but `length`
 * @returns `[length]`, for the caller to dispose
 */
export function runElementwise(
  backend: GpuBackend,
  program: GpuProgram,
  length: number,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  uniforms: Readonly<Record<string, number>> = {},
): tf.TensorInfo {
  const groups = Math.ceil(length / ELEMENT_THREADS);
  const workgroup = [ELEMENT_THREADS, 1] as const;
  return runProgram(backend, program, {workgroup, groups, inputs, uniforms: {length, ...uniforms}, length});
}
