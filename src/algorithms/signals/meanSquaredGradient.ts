import {describeValue} from '../../topology/describeValue.ts';
import type {GradientSignal} from '../types.ts';

/**
 * The mean of the squared gradients of the last `steps` steps before an update, the diagonal of the Fisher information as batches show
 * it: for {@link secondOrder}.
 *
 * Memory: 4 bytes per position of the dense weights.
 *
 * @param steps  at least 1 and at most the update interval
 * @throws RangeError if `steps` is not a positive integer
 */
export function meanSquaredGradient(steps: number): GradientSignal {
  if (!(Number.isInteger(steps) && steps > 0)) {
    throw new RangeError(
      `meanSquaredGradient: steps must be a positive integer, received ${describeValue(steps)}. Give the steps before an update to take the mean of.`,
    );
  }
  return {
    name: `meanSquaredGradient(${steps})`,
    steps,
    fold(state, gradient, folded) {
      for (let i = 0; i < state.length; i++) state[i] += (gradient[i] ** 2 - state[i]) / (folded + 1);
    },
  };
}
