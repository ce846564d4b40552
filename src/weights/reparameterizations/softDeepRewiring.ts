import * as tf from '@tensorflow/tfjs';
import {checkKind, checkNames} from '../../topology/checkKind.ts';
import {normal} from '../../topology/random.ts';
import type {Reparameterization, ReparameterizationContext} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';
import {oncePerStep} from './oncePerStep.ts';

/** Options of {@link softDeepRewiring}. */
export interface SoftDeepRewiringOptions {
  /** Standard deviation of a step of the walk, √(2 · learning rate · temperature), at least 0. */
  readonly noise: number;
  /** Of the penalty l1 · Σ |w|, which draws connections to zero, at least 0. */
  readonly l1: number;
  /** θ_min: dormant connections walk no further down, below 0. The closer to 0, the sooner they come back. */
  readonly lowest: number;
}

/**
 * Soft Deep Rewiring: each connection has a fixed sign and a parameter θ, and a layer computes with sign · relu(θ). All θ walk at random;
 * those above 0 learn, too. Below 0 a connection is dormant until it walks back. Penalty and noise alone decide how many are active.
 *
 * A connection begins active, with the sign of its value. θ is that sign times the stored value, which is trained, plus the weight `walk`,
 * which is not. The walk makes a step where the layer is called in training.
 *
 * @throws RangeError if a number is out of range
 * @see Bellec et al. 2018, "Deep Rewiring: Training very sparse deep networks", algorithm 2, https://arxiv.org/abs/1711.05136
 */
export function softDeepRewiring(options: SoftDeepRewiringOptions): Reparameterization {
  const where = 'softDeepRewiring';
  const advice = 'Write for instance {noise: 1e-4, l1: 1e-4, lowest: -0.01}.';
  checkKind(where, 'options', 'an object', options, advice);
  checkNames<SoftDeepRewiringOptions>(where, options, {noise: 1, l1: 1, lowest: 1});
  const {noise, l1, lowest} = options;
  const areFinite = [noise, l1, lowest].every(Number.isFinite);
  if (!(areFinite && noise >= 0 && l1 >= 0 && lowest < 0)) {
    throw new RangeError(
      `${where}: noise, l1 and lowest must be finite, the first two at least 0 and the last below 0, received ${noise}, ${l1} and ` +
        `${lowest}. ${advice}`,
    );
  }
  return {
    name: where,
    options: {noise, l1, lowest},
    weights: {
      sign: {per: 'connection', initial: 0, trained: false},
      walk: {per: 'connection', initial: 0, trained: false},
    },
    apply(values, context) {
      const {training, random, weights} = context;
      const signs = signsOf(values, context);
      const step = () => {
        const draws = tf.tensor1d(Float32Array.from({length: values.size}, () => noise * normal(random)));
        const theta = tf.maximum(tf.add(thetaOf(values, context), draws), lowest);
        weights.sign.assign(signs);
        weights.walk.assign(tf.sub(theta, tf.mul(signs, values)));
      };
      if (training) oncePerStep(values, weights.walk, step);
      return tf.mul(signs, tf.relu(thetaOf(values, context)));
    },
    penalty: (values, context) => tf.mul(l1, tf.sum(tf.relu(thetaOf(values, context)))) as tf.Scalar,
  };
}
registerReparameterization('softDeepRewiring', softDeepRewiring);

/** `[nnz]`: the signs of connections; of those that were never called in training, the signs of their values, 1 for 0. */
function signsOf(values: tf.Tensor1D, {weights: {sign}}: ReparameterizationContext): tf.Tensor1D {
  return tf.sign(tf.add(tf.add(tf.mul(sign, 2), tf.sign(values)), 0.5)) as tf.Tensor1D;
}

function thetaOf(values: tf.Tensor1D, context: ReparameterizationContext): tf.Tensor1D {
  return tf.add(tf.mul(signsOf(values, context), values), context.weights.walk);
}
