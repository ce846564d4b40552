import * as tf from '@tensorflow/tfjs';

/**
 * Ones for the largest scores, zeros elsewhere, of the shape of the scores; chosen where the tensors are, so that nothing is read from a
 * device.
 *
 * @param count  of ones; rounded, and at most all
 */
export function largestMask(scores: tf.Tensor, count: number): tf.Tensor {
  const k = Math.min(Math.round(count), scores.size);
  if (k === 0) return tf.zerosLike(scores);
  const {indices} = tf.topk(scores.reshape([scores.size]), k);
  return tf.scatterND(indices.expandDims(1), tf.ones([k]), [scores.size]).reshape(scores.shape);
}
