import type * as tf from '@tensorflow/tfjs';
import type {CpuBackend} from '../hostMemory.ts';
import {type FastKernel, float32Values} from './fastKernel.ts';

/** The softmax over the last dimension, of the cpu backend: one pass over each row for each of its three steps. */
export const softmax: FastKernel = {
  kernelName: 'Softmax',
  backendName: 'cpu',
  run({inputs, backend, attrs}) {
    const cpu = backend as CpuBackend;
    const logits = inputs.logits as tf.TensorInfo;
    const {dim} = attrs as {dim: number};
    const rank = logits.shape.length;
    if (rank === 0 || (dim !== -1 && dim !== rank - 1)) return undefined;
    const values = float32Values(cpu, logits);
    return values && cpu.makeTensorInfo(logits.shape, 'float32', softmaxOfRows(values, logits.shape[rank - 1]));
  },
};

/** Rounds to float32 wherever the stock kernel stores: after the difference, the exponential and the sum. */
function softmaxOfRows(x: Float32Array, columns: number): Float32Array {
  const out = new Float32Array(x.length);
  for (let begin = 0; begin < x.length; begin += columns) {
    const end = begin + columns;
    let max = x[begin];
    for (let i = begin; i < end; i++) if (x[i] > max || Number.isNaN(x[i])) max = x[i];
    let sum = 0;
    for (let i = begin; i < end; i++) {
      out[i] = Math.exp(Math.fround(x[i] - max));
      sum += out[i];
    }
    sum = Math.fround(sum);
    for (let i = begin; i < end; i++) out[i] /= sum;
  }
  return out;
}
