import type * as tf from '@tensorflow/tfjs';
import type {GpuBackend, GpuProgram} from './gpu.ts';
import * as programs from './programs/crossEntropy.ts';
import {runRows} from './rows.ts';

/**
 * Labels, of any type, and probabilities, float32, both `[rows, classes]`, and the smallest probability of which the logarithm is
 * taken.
 */
export interface CrossEntropyOperands {
  readonly labels: tf.TensorInfo;
  readonly output: tf.TensorInfo;
  readonly epsilon: number;
}

/** @returns the losses, `[rows]` */
export function crossEntropy(backend: GpuBackend, {labels, output, epsilon}: CrossEntropyOperands): tf.TensorInfo {
  const [rows] = output.shape;
  return run(backend, programs.crossEntropy, {labels, output}, epsilon, rows);
}

/** @param dy  `[rows]` @returns the gradient of the output, `[rows, classes]` */
export function crossEntropyGradient(
  backend: GpuBackend,
  dy: tf.TensorInfo,
  {labels, output, epsilon}: CrossEntropyOperands,
): tf.TensorInfo {
  const [rows, classes] = output.shape;
  const gradient = run(backend, programs.crossEntropyGradient, {dy, labels, output}, epsilon, rows * classes);
  return {...gradient, shape: output.shape};
}

function run(
  backend: GpuBackend,
  program: GpuProgram,
  inputs: Record<string, tf.TensorInfo>,
  epsilon: number,
  length: number,
) {
  const [rows, columns] = inputs.output.shape;
  const areFloats = backend.tensorMap.get(inputs.labels.dataId).dtype === 'float32';
  const typed: GpuProgram = areFloats ? program : {...program, inputs: {...program.inputs, labels: 'i32'}};
  return runRows(backend, typed, {rows, columns, inputs, floats: {epsilon}, length});
}
