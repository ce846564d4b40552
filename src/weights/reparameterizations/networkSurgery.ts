import * as tf from '@tensorflow/tfjs';
import {checkKind, checkNames} from '../../topology/checkKind.ts';
import type {Reparameterization} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';
import {masked} from './masked.ts';

/** Options of {@link networkSurgery}. */
export interface NetworkSurgeryOptions {
  /** c: the limit of a layer is the mean of |w| plus c standard deviations; the higher, the sparser. */
  readonly deviations: number;
}

/** A connection is pruned below this share of the limit, and spliced again from the other on; between them it stays as it is. */
const [PRUNED, SPLICED] = [0.9, 1.1];

/**
 * Dynamic network surgery: a layer computes without its small weights, all of which go on learning; one that grows past the limit again
 * is spliced back in. Which are left out is decided anew at every training step, and saved with the layer.
 *
 * @throws RangeError if `deviations` is not finite
 * @see Guo, Yao & Chen 2016, "Dynamic Network Surgery for Efficient DNNs", §3, https://arxiv.org/abs/1608.04493
 */
export function networkSurgery(options: NetworkSurgeryOptions): Reparameterization {
  checkKind('networkSurgery', 'options', 'an object', options, 'Write networkSurgery({deviations: 1}).');
  checkNames<NetworkSurgeryOptions>('networkSurgery', options, {deviations: 1});
  const {deviations} = options;
  if (!Number.isFinite(deviations)) {
    throw new RangeError(`networkSurgery: deviations must be finite, received ${deviations}. Write for instance 1.`);
  }
  return {
    name: 'networkSurgery',
    options: {deviations},
    weights: {kept: {per: 'connection', initial: 1, trained: false}},
    apply(values, {weights: {kept}, training}) {
      const learned = () => tf.onesLike(values);
      if (training) {
        const next = masked(tf.onesLike(values) as tf.Tensor1D, () => maskAfter(kept, values, deviations));
        kept.assign(next);
      }
      return masked(values, () => kept.clone(), learned);
    },
  };
}
registerReparameterization('networkSurgery', networkSurgery);

/** Zeros below the limit, ones above it, and what there was close to it. */
function maskAfter(kept: tf.Tensor, values: tf.Tensor, deviations: number): tf.Tensor {
  const magnitudes = tf.abs(values);
  const {mean, variance} = tf.moments(magnitudes);
  const limit = tf.relu(tf.add(mean, tf.mul(deviations, tf.sqrt(variance))));
  const isPruned = tf.less(magnitudes, tf.mul(PRUNED, limit));
  const isSpliced = tf.greater(magnitudes, tf.mul(SPLICED, limit)).toFloat();
  return tf.where(isPruned, tf.zerosLike(kept), tf.maximum(kept, isSpliced));
}
