import * as tf from '@tensorflow/tfjs';
import {checkKind, checkNames} from '../../topology/checkKind.ts';
import {normal} from '../../topology/random.ts';
import type {Reparameterization} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';
import {masked} from './masked.ts';

/** Options of {@link variationalDropout}. */
export interface VariationalDropoutOptions {
  /** Of the divergence in the loss, at least 0: 1 / samples of the training set. */
  readonly lambda: number;
  /** Connections with log α from here on count as 0 after training. @defaultValue 3, a dropout rate of 0.95 */
  readonly threshold?: number;
  /** log σ² at the start. @defaultValue −10 */
  readonly initial?: number;
}

/** log α is cut off beyond. */
const FARTHEST = 8;
/** Added to variances, whose root has no gradient at 0. */
const TINY = 1e-8;
/** Squares of weights below count as this one, since 0 has no logarithm. */
const SMALLEST_SQUARE = 1e-30;
/** Of the approximation of the divergence. */
const [K1, K2, K3] = [0.63576, 1.8732, 1.48695];

/**
 * Sparse variational dropout: each weight w has noise of a variance σ² of its own, which is learned beside it; the divergence from the
 * prior draws α = σ² / w² up, and where it is large, the weight is nothing but noise and counts as 0 after training. Noise is drawn for the
 * outputs of each sample.
 *
 * @throws RangeError if a number is out of range
 * @see Molchanov, Ashukha & Vetrov 2017, "Variational Dropout Sparsifies Deep Neural Networks", §3–4, https://arxiv.org/abs/1701.05369
 */
export function variationalDropout(options: VariationalDropoutOptions): Reparameterization {
  checkKind('variationalDropout', 'options', 'an object', options, 'Write variationalDropout({lambda: 1 / samples}).');
  checkNames<VariationalDropoutOptions>('variationalDropout', options, {lambda: 1, threshold: 1, initial: 1});
  const {lambda, threshold = 3, initial = -10} = options;
  if (!(lambda >= 0 && Number.isFinite(lambda))) {
    throw new RangeError(
      `variationalDropout: lambda must be finite and at least 0, received ${lambda}. Write 1 / samples of the training set.`,
    );
  }
  if (![threshold, initial].every(Number.isFinite)) {
    throw new RangeError(
      `variationalDropout: threshold and initial must be finite, received ${threshold} and ${initial}. Leave them out for 3 and −10.`,
    );
  }
  return {
    name: 'variationalDropout',
    options: {lambda, threshold, initial},
    weights: {logVariance: {per: 'connection', initial}},
    apply: (values, {weights}) =>
      masked(values, () => tf.less(logAlpha(values, weights.logVariance), threshold).toFloat()),
    multiply(x, values, context, product) {
      if (!context.training) return product(x, this.apply(values, context));
      const alpha = tf.exp(logAlpha(values, context.weights.logVariance));
      const mean = product(x, values);
      const variance = product(tf.square(x), tf.mul(alpha, tf.square(values)));
      const noise = Float32Array.from({length: mean.size}, () => normal(context.random));
      return tf.add(mean, tf.mul(tf.tensor(noise, mean.shape), tf.sqrt(tf.add(variance, TINY))));
    },
    penalty(values, {weights}) {
      const la = logAlpha(values, weights.logVariance);
      const rising = tf.mul(K1, tf.sub(1, tf.sigmoid(tf.add(K2, tf.mul(K3, la)))));
      return tf.mul(lambda, tf.sum(tf.add(rising, tf.mul(0.5, tf.softplus(tf.neg(la)))))) as tf.Scalar;
    },
  };
}
registerReparameterization('variationalDropout', variationalDropout);

/** log (σ² / w²). */
function logAlpha(values: tf.Tensor1D, logVariance: tf.Tensor1D): tf.Tensor1D {
  const ratio = tf.sub(logVariance, tf.log(tf.maximum(tf.square(values), SMALLEST_SQUARE)));
  return tf.clipByValue(ratio, -FARTHEST, FARTHEST) as tf.Tensor1D;
}
