import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import {runElementwise} from './elements.ts';
import type {GpuBackend, GpuProgram} from './gpu.ts';
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
  const programs = optimizerPrograms[optimizer];
  const known: Record<string, tf.TensorInfo> = {values, gradient, hyper};
  for (const [i, slot] of slots.entries()) known[`slot${i}`] = slot;
  const length = sizeOf(values.shape);
  const run = (program: GpuProgram) => {
    const inputs = Object.fromEntries(Object.keys(program.inputs).map((name) => [name, known[name]]));
    return runElementwise(backend, program, length, inputs);
  };
  // Each reads the new ones of those before it.
  for (const [i, program] of programs.slots.entries()) known[`slot${i}`] = run(program);
  return [run(programs.values), ...slots.map((_, i) => known[`slot${i}`])];
}
