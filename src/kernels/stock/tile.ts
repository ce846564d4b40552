import * as tf from '@tensorflow/tfjs';
import {hostMemory} from '../hostMemory.ts';
import {type FastKernel, hasNumbers} from './fastKernel.ts';

/**
 * `tf.tile` where it repeats the tensor as a whole: in the gradient of batch normalization, and in `tf.broadcastTo` of a
 * row or a scalar. The stock kernels compute a place for every element.
 */
export function tile(backendName: 'cpu' | 'wasm'): FastKernel {
  return {
    kernelName: 'Tile',
    backendName,
    run({inputs, backend, attrs}) {
      const x = inputs.x as tf.TensorInfo;
      const {reps} = attrs as {reps: number[]};
      if (!hasNumbers(x) || reps.length !== x.shape.length || !repeatsAll(x.shape, reps)) return undefined;
      const tensors = hostMemory[backendName](backend);
      tensors.valuesOf(x); // If another backend has it, it moves here now: later, views would go stale.
      const out = tensors.allocate(
        x.shape.map((size, i) => size * reps[i]),
        x.dtype,
      );
      const values = tensors.valuesOf(out);
      const size = tf.util.sizeFromShape(x.shape);
      values.set(tensors.valuesOf(x));
      // What is there already is copied behind itself: few calls, long copies.
      for (let done = size; done < values.length; done *= 2) values.copyWithin(done, 0, done);
      return out;
    },
  };
}

/** Whether only dimensions of one element are repeated, with no others before them. */
function repeatsAll(shape: readonly number[], reps: readonly number[]): boolean {
  return reps.every((times, i) => times === 1 || (times > 0 && shape.slice(0, i + 1).every((size) => size === 1)));
}
