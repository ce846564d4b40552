import * as tf from '@tensorflow/tfjs';
import {hostMemory, type NumberArray} from '../hostMemory.ts';
import {type FastKernel, hasNumbers} from './fastKernel.ts';

/** Rows below this width are copied faster by a loop than by a call. */
const NARROW = 32;

/**
 * `tf.gather` along the first axis, by whole rows. `model.fit` makes every batch with it; the stock kernels compute a
 * place for every element. Cost: that of copying the rows, and about 0.1 µs for each.
 */
function gatherRows(backendName: 'cpu' | 'wasm'): FastKernel {
  return {
    kernelName: 'GatherV2',
    backendName,
    run({inputs, backend, attrs}) {
      const {x, indices} = inputs as {x: tf.TensorInfo; indices: tf.TensorInfo};
      const {axis, batchDims} = attrs as {axis: number; batchDims?: number};
      if (batchDims || tf.util.parseAxisParam(axis, x.shape)[0] !== 0) return undefined;
      if (!hasNumbers(x) || !hasNumbers(indices) || indices.dtype !== 'int32') return undefined;
      const tensors = hostMemory[backendName](backend);
      // The stock kernel has the words for an index out of range.
      if (!areRows(tensors.valuesOf(indices), x.shape[0])) return undefined;
      tensors.valuesOf(x); // If another backend has it, it moves here now: later, views would go stale.
      const [, ...row] = x.shape;
      const out = tensors.allocate([...indices.shape, ...row], x.dtype);
      copyRows(tensors.valuesOf(x), tf.util.sizeFromShape(row), tensors.valuesOf(indices), tensors.valuesOf(out));
      return out;
    },
  };
}

/** For both backends with their tensors on the host. */
export const rowGathers: readonly FastKernel[] = [gatherRows('cpu'), gatherRows('wasm')];

function areRows(indices: NumberArray, rows: number): boolean {
  // On cpu, an int32 tensor of tf.oneHot is made of floats.
  if (!(indices instanceof Int32Array)) return false;
  for (let i = 0; i < indices.length; i++) if (indices[i] < 0 || indices[i] >= rows) return false;
  return true;
}

function copyRows(x: NumberArray, width: number, indices: NumberArray, out: NumberArray): void {
  for (let i = 0, k = 0; i < indices.length; i++, k += width) {
    const begin = indices[i] * width;
    if (width < NARROW) for (let j = 0; j < width; j++) out[k + j] = x[begin + j];
    else out.set(x.subarray(begin, begin + width), k);
  }
}
