import type * as tf from '@tensorflow/tfjs';
import type {CpuBackend} from '../hostMemory.ts';
import {type FastKernel, float32Values} from './fastKernel.ts';

/** The transpose of a matrix, of the cpu backend. */
export const transpose: FastKernel = {
  kernelName: 'Transpose',
  backendName: 'cpu',
  run({inputs, backend, attrs}) {
    const cpu = backend as CpuBackend;
    const x = inputs.x as tf.TensorInfo;
    const {perm} = attrs as {perm: number[]};
    if (x.shape.length !== 2 || perm[0] !== 1) return undefined;
    const values = float32Values(cpu, x);
    if (!values) return undefined;
    const [rows, columns] = x.shape;
    const out = new Float32Array(values.length);
    for (let row = 0, k = 0; row < rows; row++) {
      for (let column = 0, o = row; column < columns; column++, o += rows, k++) out[o] = values[k];
    }
    return cpu.makeTensorInfo([columns, rows], 'float32', out);
  },
};
