import {checkUpdateTimes} from '../algorithms/schedules/checkUpdateTimes.ts';
import {describeValue} from '../topology/describeValue.ts';
import type {DSTOptions} from './dstOptions.ts';

/** Steps between two looks at the values, at most. */
const LONGEST_UNCHECKED = 1000;

/** At which optimizer steps a scheduler updates, and at which it looks at gradients. */
export class UpdateTimetable {
  private readonly interval: number;
  private readonly beginStep: number;
  private readonly endStep: number;
  /** Steps before an update, its own included, whose gradients are looked at. */
  private readonly gradientSteps: number;

  /** @throws RangeError if a number is out of range */
  constructor(options: DSTOptions) {
    checkUpdateTimes('DSTScheduler', options);
    const {updateInterval, beginStep = 0, endStep = Number.POSITIVE_INFINITY, signal} = options;
    const {pruner, grower, redistribution, structure} = options;
    this.interval = updateInterval;
    this.beginStep = beginStep;
    this.endStep = endStep;
    const isRead = [pruner, grower, redistribution, structure].some((part) => part?.needsGradient);
    this.gradientSteps = isRead ? (signal?.steps ?? 1) : 0;
    const {steps = 1, name} = signal ?? {};
    if (!(steps === Number.POSITIVE_INFINITY || (Number.isInteger(steps) && steps > 0))) {
      throw new RangeError(
        `DSTScheduler: signal.steps must be a positive integer or Infinity, received ${describeValue(steps)}. ` +
          'Give the steps before an update whose gradients it takes.',
      );
    }
    if (Number.isFinite(this.gradientSteps) && this.gradientSteps > updateInterval) {
      throw new RangeError(
        `DSTScheduler: signal must take at most the ${updateInterval} steps of the update interval, received ` +
          `${name}. Take fewer steps, or a longer updateInterval.`,
      );
    }
  }

  /** Whether the connectivity is updated after this step. */
  isUpdate(step: number): boolean {
    return step % this.interval === 0 && step >= this.beginStep && step < this.endStep;
  }

  /** Whether a strategy sees the gradients of this step. */
  readsGradient(step: number): boolean {
    if (this.gradientSteps === 0 || this.interval === Number.POSITIVE_INFINITY) return false;
    const next = this.nextUpdate(step);
    return next < this.endStep && step > next - this.gradientSteps;
  }

  /** Whether this is the first of the steps whose gradients a signal folds for an update. */
  beginsSignal(step: number): boolean {
    return step === this.nextUpdate(step) - this.gradientSteps + 1;
  }

  /** Whether values are looked at after this step, where there is no update. */
  isCheck(step: number): boolean {
    return step % this.interval === 0 || (this.interval > LONGEST_UNCHECKED && step % LONGEST_UNCHECKED === 0);
  }

  private nextUpdate(step: number): number {
    return Math.ceil(Math.max(step, this.beginStep) / this.interval) * this.interval;
  }
}
