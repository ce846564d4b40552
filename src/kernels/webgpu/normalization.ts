import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import {runColumnSums, runColumnTerms} from './columnSums.ts';
import {runElementwise} from './elements.ts';
import type {GpuBackend} from './gpu.ts';
import * as programs from './programs/normalization.ts';

/** A batch `x [..., channels]`, normalised over all but the last axis; behind that a relu, if there is one. */
export interface Normalization {
  readonly x: tf.TensorInfo;
  readonly gamma: tf.TensorInfo;
  readonly beta: tf.TensorInfo;
  readonly epsilon: number;
  readonly isRelu: boolean;
}

/** Operands of {@link normalizationGradient}; `y` is what was normalised. */
export interface GradientOperands extends Omit<Normalization, 'beta'> {
  readonly dy: tf.TensorInfo;
  readonly y: tf.TensorInfo;
}

/** @returns what the others need to know of x, `[2 · channels]` */
export function normalizationSums(backend: GpuBackend, x: tf.TensorInfo): tf.TensorInfo {
  const {rows, channels} = extentOf(x);
  return runColumnSums(backend, programs.normalizationSums, 2, {rows, columns: channels, inputs: {x}});
}

/** @returns `[..., channels]` */
export function normalize(
  backend: GpuBackend,
  {x, gamma, beta, epsilon, isRelu}: Normalization,
  sums: tf.TensorInfo,
): tf.TensorInfo {
  const {rows, channels} = extentOf(x);
  const uniforms = {channels, perRow: 1 / rows, epsilon};
  const y = runElementwise(backend, programsFor(isRelu).normalize, rows * channels, {x, sums, gamma, beta}, uniforms);
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

/** @returns the gradients of x `[..., channels]`, gamma and beta `[channels]` */
export function normalizationGradient(
  backend: GpuBackend,
  {dy, y, x, gamma, epsilon, isRelu}: GradientOperands,
  sums: tf.TensorInfo,
): {dx: tf.TensorInfo; dGamma: tf.TensorInfo; dBeta: tf.TensorInfo} {
  const {rows, channels} = extentOf(x);
  const {gradientSums, gradient} = programsFor(isRelu);
  const floats = {perRow: 1 / rows, epsilon};
  const given = {dy, x, sums, ...(isRelu && {y})};
  const [dBeta, dGamma] = runColumnTerms(backend, gradientSums, 2, {rows, columns: channels, inputs: given, floats});
  const inputs = {...given, gamma, dBeta, dGamma};
  const dx = runElementwise(backend, gradient, rows * channels, inputs, {channels, ...floats});
  return {dx: {...dx, shape: x.shape}, dGamma, dBeta};
}

function programsFor(isRelu: boolean) {
  return isRelu ? programs.relu : programs.linear;
}

function extentOf({shape}: tf.TensorInfo): {rows: number; channels: number} {
  const channels = shape[shape.length - 1];
  return {rows: sizeOf(shape) / channels, channels};
}
