import * as tf from '@tensorflow/tfjs';
import type {CpuBackend} from '../hostMemory.ts';
import {boolValues, type FastKernel, float32Values} from './fastKernel.ts';

/** `condition ? t : e`, element by element, of the cpu backend, for operands of one shape. */
export const select: FastKernel = {
  kernelName: 'Select',
  backendName: 'cpu',
  run({inputs, backend}) {
    const cpu = backend as CpuBackend;
    const {condition, t, e} = inputs as Record<'condition' | 't' | 'e', tf.TensorInfo>;
    const {arraysEqual} = tf.util;
    if (!arraysEqual(condition.shape, t.shape) || !arraysEqual(condition.shape, e.shape)) return undefined;
    const conditions = boolValues(cpu, condition);
    const ts = float32Values(cpu, t);
    const es = float32Values(cpu, e);
    if (!conditions || !ts || !es) return undefined;
    const out = new Float32Array(conditions.length);
    for (let i = 0; i < out.length; i++) out[i] = conditions[i] === 1 ? ts[i] : es[i];
    return cpu.makeTensorInfo(t.shape, 'float32', out);
  },
};
