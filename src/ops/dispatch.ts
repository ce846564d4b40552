import * as tf from '@tensorflow/tfjs';
import {compositeKernels} from './composite.ts';

/**
 * Runs a sparse kernel on the current backend through tfjs's kernel registry.
 *
 * The first call on a backend without a kernel of that name registers the composite of stock ops there.
 *
 * @param inputs  tensors by name
 * @param attrs   any plain object; it reaches the kernel and the gradient function as it is
 */
export function runSparseKernel<Result extends tf.Tensor>(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attrs: object,
): Result {
  const backendName = tf.getBackend();
  if (tf.getKernel(kernelName, backendName) == null) {
    tf.registerKernel({kernelName, backendName, kernelFunc: compositeKernels[kernelName]});
  }
  return tf.engine().runKernel(kernelName, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap) as Result;
}
