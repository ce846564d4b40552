import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import {runColumnSums} from './columnSums.ts';
import {runElementwise} from './elements.ts';
import type {GpuBackend} from './gpu.ts';
import * as programs from './programs/normalization.ts';

/** A batch `x [..., channels]`, normalised over all but the last axis. */
export interface Normalization {
  readonly x: tf.TensorInfo;
  readonly gamma: tf.TensorInfo;
  readonly beta: tf.TensorInfo;
  readonly epsilon: number;
}

/** @returns what the others need to know of x, `[2 · channels]` */
export function normalizationSums(backend: GpuBackend, x: tf.TensorInfo): tf.TensorInfo {
  const {rows, channels} = extentOf(x);
  return runColumnSums(backend, programs.normalizationSums, 2, {rows, columns: channels, inputs: {x}});
}

/** @returns `[..., channels]` */
export function normalize(
  backend: GpuBackend,
  {x, gamma, beta, epsilon}: Normalization,
  sums: tf.TensorInfo,
): tf.TensorInfo {
  const {rows, channels} = extentOf(x);
  const uniforms = {channels, perRow: 1 / rows, epsilon};
  const y = runElementwise(backend, programs.normalize, rows * channels, {x, sums, gamma, beta}, uniforms);
  return {...y, shape: x.shape};
}

/** @returns `[channels]`, an average nearer to the mean of x, or to its variance, by the share `decay` */
export function movingAverage(
  backend: GpuBackend,
  moment: 'mean' | 'variance',
  {average, x, sums}: {readonly average: tf.TensorInfo; readonly x: tf.TensorInfo; readonly sums: tf.TensorInfo},
  decay: number,
): tf.TensorInfo {
  const {rows, channels} = extentOf(x);
  const program = moment === 'mean' ? programs.movingMean : programs.movingVariance;
  return runElementwise(backend, program, channels, {average, x, sums}, {channels, perRow: 1 / rows, decay});
}

/** @returns the gradient of x `[..., channels]`, and those of beta and gamma, one after the other `[2 · channels]` */
export function normalizationGradient(
  backend: GpuBackend,
  dy: tf.TensorInfo,
  {x, gamma, epsilon}: Omit<Normalization, 'beta'>,
  sums: tf.TensorInfo,
): {dx: tf.TensorInfo; gradients: tf.TensorInfo} {
  const {rows, channels} = extentOf(x);
  const floats = {perRow: 1 / rows, epsilon};
  const columns = {rows, columns: channels, inputs: {dy, x, sums}, floats};
  const gradients = runColumnSums(backend, programs.normalizationGradientSums, 2, columns);
  const inputs = {dy, x, sums, gamma, gradients};
  const dx = runElementwise(backend, programs.normalizationGradient, rows * channels, inputs, {channels, ...floats});
  return {dx: {...dx, shape: x.shape}, gradients};
}

function extentOf({shape}: tf.TensorInfo): {rows: number; channels: number} {
  const channels = shape[shape.length - 1];
  return {rows: sizeOf(shape) / channels, channels};
}
