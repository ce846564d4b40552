import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import type {GpuBackend} from './gpu.ts';
import * as programs from './programs/softmaxGradient.ts';
import {runRows} from './rows.ts';

/** The gradient before a softmax over the last axis that gave `y`, from `dy`, both `[..., classes]`. */
export function softmaxGradient(backend: GpuBackend, {dy, y}: Record<'dy' | 'y', tf.TensorInfo>): tf.TensorInfo {
  const length = sizeOf(y.shape);
  const columns = y.shape[y.shape.length - 1];
  const rows = length / columns;
  const gradient = runRows(backend, programs.softmaxGradient, {rows, columns, inputs: {dy, y}, length});
  return {...gradient, shape: y.shape};
}
