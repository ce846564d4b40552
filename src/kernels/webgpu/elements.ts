import type * as tf from '@tensorflow/tfjs';
import {type GpuBackend, type GpuProgram, type GpuRun, runProgram} from './gpu.ts';
import {ELEMENT_THREADS} from './programs/elementwise.ts';

/**
 * A run of an elementwise program.
 *
 * @param uniforms  all but `length`
 */
export function elementwiseRun(
  length: number,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  uniforms: Readonly<Record<string, number>> = {},
): GpuRun {
  const groups = Math.ceil(length / ELEMENT_THREADS);
  return {workgroup: [ELEMENT_THREADS, 1], groups, inputs, uniforms: {length, ...uniforms}, length};
}

/** Runs an elementwise program, as {@link elementwiseRun} says. @returns `[length]`, for the caller to dispose */
export function runElementwise(
  backend: GpuBackend,
  program: GpuProgram,
  ...run: Parameters<typeof elementwiseRun>
): tf.TensorInfo {
  return runProgram(backend, program, elementwiseRun(...run));
}
