import {describeValue} from '../../topology/describeValue.ts';
import type {GradientSignal} from '../types.ts';

/**
 * The mean of what `term` makes of each gradient, over the last `steps` steps before an update.
 *
 * @param where  the function that the user called
 * @throws RangeError if `steps` is not a positive integer
 */
export function meanOf(where: string, steps: number, term: (gradient: number) => number): GradientSignal {
  if (!(Number.isInteger(steps) && steps > 0)) {
    throw new RangeError(
      `${where}: steps must be a positive integer, received ${describeValue(steps)}. Give the steps before an update to take the mean of.`,
    );
  }
  return {
    name: `${where}(${steps})`,
    steps,
    fold(state, gradient, folded) {
      for (let i = 0; i < state.length; i++) state[i] += (term(gradient[i]) - state[i]) / (folded + 1);
    },
  };
}
