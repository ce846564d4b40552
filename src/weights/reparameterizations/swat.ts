import * as tf from '@tensorflow/tfjs';
import {checkKind, checkNames} from '../../topology/checkKind.ts';
import type {Reparameterization} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';
import {largestMask} from './largestMask.ts';
import {masked} from './masked.ts';

/** Options of {@link swat}. */
export interface SwatOptions {
  /** Share of the connections of the kernel that the layer computes with, the largest, in (0, 1]. */
  readonly weights: number;
  /** Share of the inputs of a whole batch of which gradients are made, the largest, in (0, 1]. */
  readonly activations: number;
}

/**
 * Sparse weights and activations: a layer computes with its largest weights forwards and backwards, and the gradients of all weights are
 * made of the largest inputs of the batch alone.
 *
 * @throws RangeError if a share is not in (0, 1]
 * @see Raihan & Aamodt 2020, "Sparse Weight Activation Training", §3, https://arxiv.org/abs/2001.01969
 */
export function swat(options: SwatOptions): Reparameterization {
  checkKind('swat', 'options', 'an object', options, 'Write swat({weights: 0.1, activations: 0.1}).');
  checkNames<SwatOptions>('swat', options, {weights: 1, activations: 1});
  const {weights, activations} = options;
  if (![weights, activations].every((share) => Number.isFinite(share) && share > 0 && share <= 1)) {
    throw new RangeError(
      `swat: weights and activations must be in (0, 1], received ${weights} and ${activations}. Write for instance {weights: 0.1, activations: 0.1}.`,
    );
  }
  return {
    name: 'swat',
    options: {weights, activations},
    apply: (values, {topology: {size}}) => masked(values, () => largestMask(tf.abs(values), weights * size)),
    multiply(x, values, context, product) {
      const used = this.apply(values, context);
      if (!context.training) return product(x, used);
      // A difference of 0, which has the gradient of the values.
      const largest = constant(x, () => tf.mul(x, largestMask(tf.abs(x), activations * x.size)));
      const learned = product(largest, values);
      const unchanged = constant(learned, () => learned);
      return tf.add(
        product(
          x,
          constant(used, () => used),
        ),
        tf.sub(learned, unchanged),
      );
    },
  };
}
registerReparameterization('swat', swat);

/** What is made of a tensor, through which no gradient flows. */
function constant<T extends tf.Tensor>(x: T, make: () => T): T {
  return tf.customGrad((given) => ({
    value: make().clone(),
    gradFunc: () => tf.zerosLike(given as tf.Tensor),
  }))(x) as T;
}
