import type {GradientSignal} from '../types.ts';
import {meanOf} from './meanOf.ts';

/**
 * The mean of the gradients of the last `steps` steps before an update: growth sees less of the noise of single batches.
 *
 * Memory: 4 bytes per position of the dense weights.
 *
 * @param steps  at least 1 and at most the update interval
 * @throws RangeError if `steps` is not a positive integer
 */
export function meanGradient(steps: number): GradientSignal {
  return meanOf('meanGradient', steps, (gradient) => gradient);
}
