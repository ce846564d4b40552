import type {GradientSignal} from '../types.ts';
import {meanOf} from './meanOf.ts';

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
  return meanOf('meanSquaredGradient', steps, (gradient) => gradient ** 2);
}
