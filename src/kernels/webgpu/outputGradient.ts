import type * as tf from '@tensorflow/tfjs';
import type {OutputAttrs} from '../../ops/kernelNames.ts';
import {sizeOf} from '../../topology/positions.ts';
import {runColumnSums} from './columnSums.ts';
import {runElementwise} from './elements.ts';
import type {GpuBackend} from './gpu.ts';
import * as programs from './programs/outputGradient.ts';

/** Operands of {@link outputGradient}, both `[..., out]`. */
export interface OutputOperands {
  readonly dy: tf.TensorInfo;
  readonly y: tf.TensorInfo;
}

/** The gradient of activation and bias. @returns the first unless linear, the second `[out]` if there is one */
export function outputGradient(
  backend: GpuBackend,
  {dy, y}: OutputOperands,
  {activation = 'linear', hasBias}: OutputAttrs,
): tf.TensorInfo[] {
  const isLinear = activation === 'linear';
  if (!hasBias) return isLinear ? [] : [reluGradient(backend, {dy, y})];
  const columns = dy.shape[dy.shape.length - 1];
  const extent = {rows: sizeOf(dy.shape) / columns, columns};
  if (isLinear) return runColumnSums(backend, programs.biasGradient, 1, {...extent, inputs: {dz: dy}});
  const [dBias, dz] = runColumnSums(backend, programs.reluBiasGradient, 1, {...extent, inputs: {dy, y}});
  return [{...dz, shape: dy.shape}, dBias];
}

/** The gradient before a relu that gave `y`. */
export function reluGradient(backend: GpuBackend, {dy, y}: OutputOperands): tf.TensorInfo {
  const dz = runElementwise(backend, programs.reluGradient, sizeOf(dy.shape), {dy, y});
  return {...dz, shape: dy.shape};
}
