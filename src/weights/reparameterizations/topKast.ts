import * as tf from '@tensorflow/tfjs';
import {checkKind, checkNames} from '../../topology/checkKind.ts';
import type {Reparameterization} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';
import {largestMask} from './largestMask.ts';
import {masked} from './masked.ts';

/** Options of {@link topKast}. */
export interface TopKastOptions {
  /** D: share of the connections of the kernel that the layer computes with, in (0, 1]. */
  readonly forward: number;
  /** D + M: share that gets gradients, from `forward` to 1. */
  readonly backward: number;
  /** Of the penalty ½ · w² of the connections with gradients; those that only get gradients count 1/D times. @defaultValue 0 */
  readonly l2?: number;
  /** The same of |w|. @defaultValue 0 */
  readonly l1?: number;
}

/**
 * Top-KAST: a layer computes with its largest weights, a share D, and gradients go to a larger share; a penalty keeps the rest from
 * taking their place without a reason.
 *
 * @throws RangeError if a number is out of range
 * @see Jayakumar et al. 2020, "Top-KAST: Top-K Always Sparse Training", §2, https://arxiv.org/abs/2106.03517
 */
export function topKast(options: TopKastOptions): Reparameterization {
  checkKind('topKast', 'options', 'an object', options, 'Write topKast({forward: 0.1, backward: 0.2}).');
  checkNames<TopKastOptions>('topKast', options, {forward: 1, backward: 1, l2: 1, l1: 1});
  const {forward, backward, l1 = 0, l2 = 0} = options;
  if (!([forward, backward].every(Number.isFinite) && forward > 0 && forward <= backward && backward <= 1)) {
    throw new RangeError(
      `topKast: forward and backward must be in (0, 1], the first no larger than the second, received ${forward} and ${backward}. ` +
        'Write for instance {forward: 0.1, backward: 0.2}.',
    );
  }
  if (!(l1 >= 0 && l2 >= 0 && Number.isFinite(l1) && Number.isFinite(l2))) {
    throw new RangeError(
      `topKast: l1 and l2 must be finite and at least 0, received ${l1} and ${l2}. Leave them out for 0.`,
    );
  }
  return {
    name: 'topKast',
    options: {forward, backward, l1, l2},
    apply(values, {topology: {size}}) {
      const largest = (share: number) => () => largestMask(tf.abs(values), share * size);
      return masked(values, largest(forward), largest(backward));
    },
    penalty(values, {topology: {size}}) {
      const [used, learning] = [forward, backward].map((share) => maskOf(values, share * size));
      const factor = tf.add(used, tf.div(tf.sub(learning, used), forward));
      const cost = tf.add(tf.mul(l1, tf.abs(values)), tf.mul(l2 / 2, tf.square(values)));
      return tf.sum(tf.mul(factor, cost)) as tf.Scalar;
    },
  };
}
registerReparameterization('topKast', topKast);

/** Ones for the largest values, through which no gradient flows. */
function maskOf(values: tf.Tensor1D, count: number): tf.Tensor1D {
  return masked(tf.onesLike(values), () => largestMask(tf.abs(values), count));
}
