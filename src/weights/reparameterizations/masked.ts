import * as tf from '@tensorflow/tfjs';

/**
 * The values where a mask is 1, zeros elsewhere; no gradient flows through the mask.
 *
 * @param maskOf     makes the mask, of the shape of the values
 * @param learnedOf  makes that of the values that get gradients. @defaultValue those that are there
 */
export function masked(values: tf.Tensor1D, maskOf: () => tf.Tensor, learnedOf = maskOf): tf.Tensor1D {
  return tf.customGrad((w, save) => {
    const mask = maskOf();
    (save as tf.GradSaveFunc)([learnedOf === maskOf ? mask : learnedOf()]);
    return {
      value: tf.mul(w as tf.Tensor, mask),
      gradFunc: (dy: tf.Tensor, [learned]: tf.Tensor[]) => tf.mul(dy, learned),
    };
  })(values) as tf.Tensor1D;
}
