import * as tf from '@tensorflow/tfjs';
import {checkKind, checkNames} from '../../topology/checkKind.ts';
import type {Reparameterization} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';
import {largestMask} from './largestMask.ts';
import {masked} from './masked.ts';

/** Options of {@link targetedDropout}. */
export interface TargetedDropoutOptions {
  /** γ: share of the connections of a layer that may be dropped, the smallest, in [0, 1]: those that will be pruned. */
  readonly targeted: number;
  /** α: how likely each of them is to be dropped in a step, in [0, 1]. */
  readonly rate: number;
}

/**
 * Targeted dropout: in training the smallest weights of a layer are dropped at random, so that the network learns to do without them;
 * afterwards they can be pruned at once. Predictions use all.
 *
 * @throws RangeError if a number is not in [0, 1]
 * @see Gomez et al. 2019, "Learning Sparse Networks Using Targeted Dropout", §3, https://arxiv.org/abs/1905.13678
 */
export function targetedDropout(options: TargetedDropoutOptions): Reparameterization {
  checkKind('targetedDropout', 'options', 'an object', options, 'Write targetedDropout({targeted: 0.9, rate: 0.5}).');
  checkNames<TargetedDropoutOptions>('targetedDropout', options, {targeted: 1, rate: 1});
  const {targeted, rate} = options;
  if (![targeted, rate].every((share) => Number.isFinite(share) && share >= 0 && share <= 1)) {
    throw new RangeError(
      `targetedDropout: targeted and rate must be in [0, 1], received ${targeted} and ${rate}. Write for instance {targeted: 0.9, rate: 0.5}.`,
    );
  }
  return {
    name: 'targetedDropout',
    options: {targeted, rate},
    apply(values, {training, random}) {
      if (!training) return values;
      const draws = tf.tensor1d(Float32Array.from({length: values.size}, () => (random() < rate ? 1 : 0)));
      return masked(values, () =>
        tf.sub(1, tf.mul(draws, largestMask(tf.neg(tf.abs(values)), targeted * values.size))),
      );
    },
  };
}
registerReparameterization('targetedDropout', targetedDropout);
