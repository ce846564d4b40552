import * as tf from '@tensorflow/tfjs';
import {checkOptions} from '../../topology/checkKind.ts';
import {perOutput, type Reparameterization} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';

/** Options of {@link trainableMask}. */
export interface TrainableMaskOptions {
  /** α of the penalty α · Σ exp(−t) of a layer, at least 0. @defaultValue 0.0005 */
  readonly alpha?: number;
}

/** Below this share of connections the thresholds count as 0. */
const LEAST_KEPT = 0.01;

/**
 * Dynamic sparse training with trainable masks: each output has a threshold t, which is learned, and a layer computes with the weights
 * above it, |w| > t. Gradients pass the step by an estimate, so that weights below go on learning, and may come back.
 *
 * @throws RangeError if `alpha` is below 0 or not finite
 * @see Liu et al. 2020, "Dynamic Sparse Training: Find Efficient Sparse Network From Scratch With Trainable Masked Layers", §3,
 * https://arxiv.org/abs/2005.06870
 */
export function trainableMask(options: TrainableMaskOptions = {}): Reparameterization {
  checkOptions<TrainableMaskOptions>('trainableMask', options, {alpha: 1});
  const {alpha = 0.0005} = options;
  if (!(alpha >= 0 && Number.isFinite(alpha))) {
    throw new RangeError(
      `trainableMask: alpha must be finite and at least 0, received ${alpha}. Leave it out for 0.0005.`,
    );
  }
  return {
    name: 'trainableMask',
    options: {alpha},
    weights: {threshold: {per: 'output', initial: 0}},
    apply: (values, {topology, weights}) => maskAbove(values, perOutput(weights.threshold, topology)),
    penalty: (_, {weights}) => tf.mul(alpha, tf.sum(tf.exp(tf.neg(weights.threshold)))) as tf.Scalar,
  };
}
registerReparameterization('trainableMask', trainableMask);

/** The values whose magnitude is above their threshold, zeros elsewhere. */
function maskAbove(values: tf.Tensor1D, thresholds: tf.Tensor1D): tf.Tensor1D {
  return tf.customGrad((...inputs) => {
    const [w, given, save] = inputs as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const above = (threshold: tf.Tensor) => tf.greater(tf.abs(w), threshold).toFloat();
    const isEnough = tf.greater(tf.mean(above(given)), LEAST_KEPT).toFloat();
    const threshold = tf.mul(given, isEnough);
    const mask = above(threshold);
    save([w, threshold, mask]);
    return {
      value: tf.mul(w, mask),
      gradFunc: (dy: tf.Tensor, [w, threshold, mask]: tf.Tensor[]) => {
        const slope = tf.mul(dy, tf.mul(w, stepSlope(tf.sub(tf.abs(w), threshold))));
        return [tf.add(tf.mul(dy, mask), tf.mul(slope, tf.sign(w))), tf.neg(slope)];
      },
    };
  })(values, thresholds) as tf.Tensor1D;
}

/** The estimate of the derivative of a step: 2 − 4|q| up to 0.4, then 0.4 up to 1, then 0. */
function stepSlope(q: tf.Tensor): tf.Tensor {
  const distance = tf.abs(q);
  const near = tf.sub(2, tf.mul(4, distance));
  const far = tf.mul(0.4, tf.lessEqual(distance, 1).toFloat());
  return tf.where(tf.lessEqual(distance, 0.4), near, far);
}
