import type {Schedule} from '../types.ts';
import {type DecayOptions, decay} from './decay.ts';

/**
 * A straight line from `initial` at `beginStep` to `floor` at `endStep`, level before and after.
 *
 * @param initial  value at the begin, in [0, 1]
 * @param endStep  the optimizer step at which the floor is reached, above `beginStep`
 * @param options  `floor` is 0 unless given
 * @throws RangeError if a number is outside these bounds, `floor` above `initial` included
 */
export function linearDecay(
  initial: number,
  endStep: number,
  {floor = 0, beginStep = 0, ...others}: DecayOptions = {},
): Schedule {
  return decay('linearDecay', initial, endStep, {floor, beginStep, ...others}, (progress) => 1 - progress);
}
