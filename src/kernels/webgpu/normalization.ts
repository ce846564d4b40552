import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import {runColumnPairs, runColumnSums} from './columnSums.ts';
import {elementwiseRun, runElementwise} from './elements.ts';
import {type GpuBackend, runForAll} from './gpu.ts';
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
  return runColumnSums(backend, programs.normalizationSums, 2, {rows, columns: channels, inputs: {x}})[0];
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

/** Moving averages, each `[channels]`. */
export interface MovingAverages {
  readonly means: tf.TensorInfo;
  readonly variances: tf.TensorInfo;
}

/** @returns averages nearer to the mean of x, and to its variance, by the share `decay` */
export function nextAverages(
  backend: GpuBackend,
  {means, variances}: MovingAverages,
  {x, sums}: Record<'x' | 'sums', tf.TensorInfo>,
  decay: number,
): MovingAverages {
  const {rows, channels} = extentOf(x);
  const run = elementwiseRun(channels, {means, variances, x, sums}, {channels, perRow: 1 / rows, decay});
  const next = runForAll(backend, programs.movingAverages, run);
  return {means: next[0], variances: next[1]};
}

/** @returns the gradients of x `[..., channels]`, gamma and beta `[channels]` */
export function normalizationGradient(
  backend: GpuBackend,
  {dy, y, x, gamma, epsilon, isRelu}: GradientOperands,
  sums: tf.TensorInfo,
): {dx: tf.TensorInfo; dGamma: tf.TensorInfo; dBeta: tf.TensorInfo} {
  const {rows, channels} = extentOf(x);
  const {gradientSums, gradient} = programsFor(isRelu);
  const uniforms = {perRow: 1 / rows, epsilon};
  const given = {dy, x, sums, ...(isRelu && {y})};
  const [dBeta, dGamma] = runColumnPairs(backend, gradientSums, {rows, columns: channels, inputs: given, uniforms});
  const inputs = {...given, gamma, dBeta, dGamma};
  const dx = runElementwise(backend, gradient, rows * channels, inputs, {channels, ...uniforms});
  return {dx: {...dx, shape: x.shape}, dGamma, dBeta};
}

function programsFor(isRelu: boolean) {
  return isRelu ? programs.relu : programs.linear;
}

function extentOf({shape}: tf.TensorInfo): {rows: number; channels: number} {
  const channels = shape[shape.length - 1];
  return {rows: sizeOf(shape) / channels, channels};
}
