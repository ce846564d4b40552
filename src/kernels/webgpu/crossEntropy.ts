import type * as tf from '@tensorflow/tfjs';
import {type GpuBackend, type GpuProgram, runProgram} from './gpu.ts';
import * as programs from './programs/crossEntropy.ts';

/** The smallest probability that tfjs's losses take the logarithm of. */
const EPSILON = 1e-7;

/** Labels and probabilities, both `[rows, classes]`, float32. */
export interface CrossEntropyOperands {
  readonly labels: tf.TensorInfo;
  readonly output: tf.TensorInfo;
}

/** @returns the losses, `[rows]` */
export function crossEntropy(backend: GpuBackend, operands: CrossEntropyOperands): tf.TensorInfo {
  const [rows] = operands.output.shape;
  return run(backend, programs.crossEntropy, {...operands}, rows);
}

/** @param dy  `[rows]` @returns the gradient of the output, `[rows, classes]` */
export function crossEntropyGradient(
  backend: GpuBackend,
  dy: tf.TensorInfo,
  {labels, output}: CrossEntropyOperands,
): tf.TensorInfo {
  const [rows, classes] = output.shape;
  const gradient = run(backend, programs.crossEntropyGradient, {dy, labels, output}, rows * classes);
  return {...gradient, shape: output.shape};
}

function run(backend: GpuBackend, program: GpuProgram, inputs: Record<string, tf.TensorInfo>, length: number) {
  const [rows, classes] = inputs.output.shape;
  return runProgram(backend, program, {
    workgroup: [programs.ROW_THREADS, 1],
    groups: Math.ceil(rows / programs.ROW_THREADS),
    inputs,
    uniforms: {rows, classes, epsilon: EPSILON},
    length,
  });
}
