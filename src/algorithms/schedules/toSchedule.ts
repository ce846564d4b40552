import type {Schedule} from '../types.ts';
import {constant} from './constant.ts';

/**
 * A number as a schedule that never changes; a schedule is returned as it is.
 *
 * @throws RangeError if a number is outside [0, 1]
 */
export function toSchedule(value: number | Schedule): Schedule {
  return typeof value === 'function' ? value : constant(value);
}
