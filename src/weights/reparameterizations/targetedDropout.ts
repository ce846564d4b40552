import * as tf from '@tensorflow/tfjs';
import {checkKind} from '../../topology/checkKind.ts';
import {selectSmallest} from '../../topology/select.ts';
import type {Reparameterization} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';

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
 * Reads the values at every step: for the backends wasm, cpu and webgl.
 *
 * @throws RangeError if a number is not in [0, 1]
 * @see Gomez et al. 2019, "Learning Sparse Networks Using Targeted Dropout", §3, https://arxiv.org/abs/1905.13678
 */
export function targetedDropout(options: TargetedDropoutOptions): Reparameterization {
  checkKind('targetedDropout', 'options', 'an object', options, 'Write targetedDropout({targeted: 0.9, rate: 0.5}).');
  const {targeted, rate} = options;
  if (![targeted, rate].every((share) => share >= 0 && share <= 1)) {
    throw new RangeError(
      `targetedDropout: targeted and rate must be in [0, 1], received ${targeted} and ${rate}. Write for instance {targeted: 0.9, rate: 0.5}.`,
    );
  }
  return {
    name: 'targetedDropout',
    options: {targeted, rate},
    apply(values, {training, random}) {
      if (!training) return values;
      const kept = new Float32Array(values.size).fill(1);
      const magnitudes = values.dataSync<'float32'>().map(Math.abs);
      for (const slot of selectSmallest(magnitudes, Math.round(targeted * values.size))) {
        if (random() < rate) kept[slot] = 0;
      }
      return tf.mul(values, tf.tensor1d(kept));
    },
  };
}
registerReparameterization('targetedDropout', targetedDropout);
