import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import {runElementwise} from './elements.ts';
import type {GpuBackend} from './gpu.ts';
import {dropoutMask as program} from './programs/dropoutMask.ts';

/** What a mask is like. */
export interface DropoutMask {
  readonly shape: readonly number[];
  /** Share of zeros, in (0, 1). */
  readonly rate: number;
  /** An integer that tells the mask from others of the same step. */
  readonly seed: number;
}

/**
 * Draws a mask of dropout on the device.
 *
 * @param step  one number, which tells the step from others
 * @returns 0 or 1 / (1 − rate), for the caller to dispose
 */
export function dropoutMask(backend: GpuBackend, step: tf.TensorInfo, {shape, rate, seed}: DropoutMask): tf.TensorInfo {
  const mask = runElementwise(backend, program, sizeOf(shape), {step}, {seed: seed | 0, rate});
  return {...mask, shape: [...shape]};
}
