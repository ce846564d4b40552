import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import {elementwiseRun} from './elements.ts';
import {type GpuBackend, runForAll} from './gpu.ts';
import {optimizerPrograms} from './programs/optimizers.ts';

/** A variable's values and its gradient, the optimizer's slots of it, all of one size, and the numbers of the step. */
export interface OptimizerOperands {
  readonly values: tf.TensorInfo;
  readonly gradient: tf.TensorInfo;
  readonly slots: readonly tf.TensorInfo[];
  readonly hyper: tf.TensorInfo;
}

/** @returns the new values, then the new slots, flat; for the caller to dispose */
export function optimizerStep(
  backend: GpuBackend,
  optimizer: keyof typeof optimizerPrograms,
  {values, gradient, slots, hyper}: OptimizerOperands,
): tf.TensorInfo[] {
  const olds = Object.fromEntries(slots.map((slot, i) => [`slot${i}`, slot]));
  const run = elementwiseRun(sizeOf(values.shape), {values, gradient, hyper, ...olds});
  return runForAll(backend, optimizerPrograms[optimizer], run);
}
