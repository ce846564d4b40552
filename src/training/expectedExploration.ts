import type {Grower} from '../algorithms/types.ts';
import {expectedRate, explorationWarning} from '../exploration/explorationWarning.ts';
import type {LayerForecast} from '../exploration/forecast.ts';
import {forecastTimes} from '../exploration/predictExploration.ts';
import {describeValue} from '../topology/describeValue.ts';
import type {DSTOptions} from './dstOptions.ts';
import {fewUpdatesWarning} from './fewUpdates.ts';

const WHERE = 'DSTScheduler';
const SEVERAL_CALLS =
  'If several calls of fit make one training, call scheduler.begin(steps) with the steps of them all before the first.';

/** The R_s that a scheduler with these options is to expect, from the state of its layers at one step to another step. */
export class ExpectedExploration {
  private hasWarned = false;
  /** The step up to which a training was looked at. */
  private end = 0;

  /**
   * @throws RangeError if `targetRate` is out of range
   * @throws TypeError if there is a `targetRate` and R_s cannot be predicted
   */
  constructor(private readonly options: DSTOptions) {
    const {targetRate} = options;
    if (targetRate === undefined) return;
    if (!(Number.isFinite(targetRate) && targetRate > 0 && targetRate <= 1)) {
      throw new RangeError(
        `${WHERE}: targetRate must be in (0, 1], received ${describeValue(targetRate)}. For an R_s of 90 % write 0.9.`,
      );
    }
    this.grower();
  }

  /** R_s at step `to`. */
  rate(layers: readonly LayerForecast[], from: number, to: number): number {
    return expectedRate(WHERE, layers, forecastTimes(WHERE, this.options, to, from), this.grower());
  }

  /**
   * Warns, once, if a training up to step `to` will miss its target; without a target, if it has hardly any update. A part of a training
   * that was looked at is not looked at again.
   */
  warn(layers: readonly LayerForecast[], from: number, to: number): void {
    if (this.hasWarned || to <= this.end) return;
    this.end = to;
    const {targetRate} = this.options;
    const warning =
      targetRate === undefined
        ? fewUpdatesWarning(WHERE, this.options, to)
        : this.missedTarget(layers, from, to, targetRate);
    if (warning === undefined) return;
    console.warn(`${warning} ${SEVERAL_CALLS}`);
    this.hasWarned = true;
  }

  private missedTarget(
    layers: readonly LayerForecast[],
    from: number,
    to: number,
    targetRate: number,
  ): string | undefined {
    const times = forecastTimes(WHERE, this.options, to, from);
    // A training that is meant to be stopped: nobody knows where it ends.
    if ((to - from) / times.updateInterval > times.maxUpdates) return undefined;
    return explorationWarning(WHERE, layers, times, this.grower(), targetRate);
  }

  private grower(): Grower {
    const {grower, density, redistribution, structure, regrown = 'keep'} = this.options;
    if (grower.discoveries && !density && !redistribution && !structure && regrown !== 'never') return grower;
    const [rule, received] = density
      ? ['density must be left out', 'one']
      : redistribution || structure || regrown === 'never'
        ? ['redistribution, structure and regrown must be left out', 'one of them']
        : ['grower must have discoveries()', 'one without, such as growth by gradient'];
    throw new TypeError(
      `${WHERE}: ${rule} where R_s is to be predicted, received ${received}. Leave out targetRate, and read tracker.rate.`,
    );
  }
}
