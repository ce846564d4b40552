import * as tf from '@tensorflow/tfjs';

/** What a program has made, as a tensor that tfjs disposes at the end of its scope. */
export function trackedTensor(info: tf.TensorInfo): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(info);
}
