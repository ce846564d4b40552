import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import {type GpuBackend, runProgram} from './gpu.ts';
import * as programs from './programs/softmaxGradient.ts';

/** The gradient before a softmax over the last axis that gave `y`, from `dy`, both `[..., classes]`. */
export function softmaxGradient(backend: GpuBackend, {dy, y}: Record<'dy' | 'y', tf.TensorInfo>): tf.TensorInfo {
  const length = sizeOf(y.shape);
  const classes = y.shape[y.shape.length - 1];
  const rows = length / classes;
  const gradient = runProgram(backend, programs.softmaxGradient, {
    workgroup: [programs.ROW_THREADS, 1],
    groups: Math.ceil(rows / programs.ROW_THREADS),
    inputs: {dy, y},
    uniforms: {rows, classes},
    length,
  });
  return {...gradient, shape: y.shape};
}
