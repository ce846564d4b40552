import * as tf from '@tensorflow/tfjs';
import {checkOptions} from '../../topology/checkKind.ts';
import type {Reparameterization} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';

/** Options of {@link softThreshold}. */
export interface SoftThresholdOptions {
  /** s at the start: the threshold is sigmoid(s). @defaultValue −5, a threshold of 0.0067 */
  readonly initial?: number;
}

/**
 * Soft threshold weight reparameterization: a layer computes with sign(w) · relu(|w| − sigmoid(s)), and learns s. What falls below the
 * threshold gets no gradient; only weight decay moves it.
 *
 * @throws RangeError if `initial` is not finite
 * @see Kusupati et al. 2020, "Soft Threshold Weight Reparameterization for Learnable Sparsity", §3, https://arxiv.org/abs/2002.03231
 */
export function softThreshold(options: SoftThresholdOptions = {}): Reparameterization {
  checkOptions<SoftThresholdOptions>('softThreshold', options, {initial: 1});
  const {initial = -5} = options;
  if (!Number.isFinite(initial)) {
    throw new RangeError(`softThreshold: initial must be finite, received ${initial}. Leave it out for −5.`);
  }
  return {
    name: 'softThreshold',
    options: {initial},
    weights: {threshold: {per: 'layer', initial}},
    // A scalar, which a layer without connections broadcasts, too.
    apply: (values, {weights}) =>
      tf.mul(tf.sign(values), tf.relu(tf.sub(tf.abs(values), tf.sigmoid(weights.threshold.asScalar())))),
  };
}
registerReparameterization('softThreshold', softThreshold);
