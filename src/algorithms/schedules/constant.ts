import {describeValue} from '../../topology/describeValue.ts';
import type {Schedule} from '../types.ts';

/**
 * The same value at every step.
 *
 * @param value  in [0, 1]
 * @throws RangeError if `value` is outside [0, 1]
 */
export function constant(value: number): Schedule {
  if (!(typeof value === 'number' && value >= 0 && value <= 1)) {
    throw new RangeError(`constant: value must be in [0, 1], received ${describeValue(value)}. For 50 % write 0.5.`);
  }
  return () => value;
}
