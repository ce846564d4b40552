import {describeValue} from '../../topology/describeValue.ts';
import type {Schedule} from '../types.ts';

/** When connectivity is updated, and how much. */
export interface UpdateTimes {
  /** ΔT: optimizer steps between two updates; `Infinity` for none. */
  readonly updateInterval: number;
  /** P: share of a layer's connections that an update replaces, in [0, 1]: one number for all updates, or a schedule. */
  readonly dropFraction: number | Schedule;
  /** First step at which an update may happen. @defaultValue 0 */
  readonly beginStep?: number;
  /** Step from which on there are no updates. @defaultValue Infinity */
  readonly endStep?: number;
}

/** Throws unless the numbers are in range; values of schedules are checked with {@link checkDropFraction} when they are used. */
export function checkUpdateTimes(where: string, times: UpdateTimes): void {
  const {updateInterval, dropFraction, beginStep = 0, endStep = Number.POSITIVE_INFINITY} = times;
  if (!(updateInterval > 0 && (Number.isInteger(updateInterval) || updateInterval === Number.POSITIVE_INFINITY))) {
    throw new RangeError(
      `${where}: updateInterval must be a positive integer or Infinity, received ${describeValue(updateInterval)}. ` +
        'Give the optimizer steps between two updates.',
    );
  }
  if (typeof dropFraction !== 'function') checkDropFraction(where, dropFraction);
  const areNumbers = typeof beginStep === 'number' && typeof endStep === 'number';
  if (!(areNumbers && beginStep >= 0 && endStep >= beginStep)) {
    throw new RangeError(
      `${where}: beginStep and endStep must satisfy 0 ≤ beginStep ≤ endStep, received ${describeValue(beginStep)} and ${describeValue(endStep)}. ` +
        'Give both in optimizer steps.',
    );
  }
}

/** Throws unless a drop fraction is in [0, 1]. */
export function checkDropFraction(where: string, dropFraction: number): void {
  if (!(typeof dropFraction === 'number' && dropFraction >= 0 && dropFraction <= 1)) {
    throw new RangeError(
      `${where}: dropFraction must be in [0, 1], received ${describeValue(dropFraction)}. For 30 % of the connections write 0.3.`,
    );
  }
}
