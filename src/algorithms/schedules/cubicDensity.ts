import {checkKind, checkNames} from '../../topology/checkKind.ts';
import {checkDensity} from '../checkDensity.ts';
import type {Schedule} from '../types.ts';
import {decay} from './decay.ts';

/** Options of {@link cubicDensity}. */
export interface CubicDensityOptions {
  /** The last optimizer step at the initial density. @defaultValue 0 */
  readonly beginStep?: number;
  /** The optimizer step at which the final density is reached. */
  readonly endStep: number;
}

/**
 * The density of gradual pruning at each step: many connections go at first, few at the end.
 *
 * final + (initial − final) · (1 − (step − beginStep) / (endStep − beginStep))³ between `beginStep` and `endStep`, the
 * initial density before and the final one after.
 *
 * @param initialDensity  density at the begin, in (0, 1]
 * @param finalDensity    density at the end, in (0, initialDensity]
 * @throws RangeError if a number is outside these bounds or `endStep` is not above `beginStep`
 * @see Zhu & Gupta 2017, "To prune, or not to prune", §3, https://arxiv.org/abs/1710.01878
 */
export function cubicDensity(initialDensity: number, finalDensity: number, options: CubicDensityOptions): Schedule {
  checkDensity('cubicDensity', 'initialDensity', initialDensity);
  checkDensity('cubicDensity', 'finalDensity', finalDensity);
  if (finalDensity > initialDensity) {
    throw new RangeError(
      `cubicDensity: finalDensity must be at most initialDensity ${initialDensity}, received ${finalDensity}. ` +
        'Gradual pruning only removes connections.',
    );
  }
  checkKind('cubicDensity', 'options', 'an object', options, 'Write cubicDensity(1, 0.1, {endStep: 10000}).');
  checkNames<CubicDensityOptions>('cubicDensity', options, {beginStep: 1, endStep: 1});
  const {beginStep = 0, endStep} = options;
  return decay(
    'cubicDensity',
    initialDensity,
    endStep,
    {floor: finalDensity, beginStep},
    (progress) => (1 - progress) ** 3,
  );
}
