import * as tf from '@tensorflow/tfjs';
import {hostMemory} from '../hostMemory.ts';
import {type FastKernel, hasNumbers} from './fastKernel.ts';

/**
 * `tf.slice` of numbers that lie together, of the wasm backend: batches for prediction, for instance. The stock kernel
 * first copies the whole tensor.
 */
export const sliceRows: FastKernel = {
  kernelName: 'Slice',
  backendName: 'wasm',
  run({inputs, backend, attrs}) {
    const x = inputs.x as tf.TensorInfo;
    if (!hasNumbers(x) || x.shape.length === 0) return undefined;
    const {begin, size} = attrs as {begin: number | number[]; size: number | number[]};
    const [begins, sizes] = tf.slice_util.parseSliceParams(x, begin, size);
    const isInside = begins.every((from, i) => from >= 0 && sizes[i] > 0 && from + sizes[i] <= x.shape[i]);
    if (!isInside || !tf.slice_util.isSliceContinous(x.shape, begins, sizes)) return undefined;
    const tensors = hostMemory.wasm(backend);
    tensors.valuesOf(x); // If another backend has it, it moves here now: later, views would go stale.
    const out = tensors.allocate(sizes, x.dtype);
    const values = tensors.valuesOf(out);
    const offset = tf.slice_util.computeFlatOffset(begins, tf.util.computeStrides(x.shape));
    values.set(tensors.valuesOf(x).subarray(offset, offset + values.length));
    return out;
  },
};
