import {checkDropFraction} from '../algorithms/schedules/checkUpdateTimes.ts';
import type {Grower, Schedule} from '../algorithms/types.ts';

/** A layer at the begin of a forecast. */
export interface LayerForecast {
  /** Positions. */
  readonly size: number;
  /** Active connections. */
  readonly nnz: number;
  /** Positions that were ever active. */
  readonly explored: number;
}

/** When a forecast updates, and how. */
export interface ForecastTimes {
  /** Steps made before it, and at its end. */
  readonly fromStep: number;
  readonly steps: number;
  readonly updateInterval: number;
  readonly dropFraction: Schedule;
  readonly beginStep: number;
  readonly endStep: number;
}

/**
 * Goes through the updates of a training in expectation.
 *
 * @param visit  told the expected number of unexplored positions of each layer, at the begin and after each update; returns whether
 *   to go on. The array changes afterwards.
 * @throws TypeError if the grower cannot be predicted
 * @throws RangeError if `steps` lies before the begin, or the schedule leaves [0, 1]
 */
export function forecast(
  where: string,
  layers: readonly LayerForecast[],
  {fromStep, steps, updateInterval, dropFraction, beginStep, endStep}: ForecastTimes,
  grower: Grower,
  visit: (step: number, unexplored: readonly number[]) => boolean,
): void {
  if (!grower.discoveries) {
    throw new TypeError(
      `${where}: grower must be one whose exploration can be predicted, received one without discoveries(). ` +
        'Growth by gradient depends on the training: read tracker.rate there.',
    );
  }
  if (!(Number.isInteger(steps) && steps >= fromStep)) {
    throw new RangeError(
      `${where}: steps must be an integer of at least ${fromStep}, received ${steps}. ` +
        'Give the optimizer steps of the whole training.',
    );
  }
  const unexplored = layers.map(({size, explored}) => size - explored);
  if (!visit(fromStep, unexplored) || updateInterval === Number.POSITIVE_INFINITY) return;
  let step = Math.ceil(Math.max(fromStep + 1, beginStep) / updateInterval) * updateInterval;
  for (; step <= steps && step < endStep; step += updateInterval) {
    const fraction = dropFraction(step);
    checkDropFraction(where, fraction);
    for (const [i, {size, nnz}] of layers.entries()) {
      const k = Math.ceil(fraction * nnz);
      unexplored[i] -= grower.discoveries({inactive: size - nnz + k, unexplored: unexplored[i], k});
    }
    if (!visit(step, unexplored)) return;
  }
}

/** R_s: the share of all positions that is not unexplored; of one layer R_l. */
export function rateOf(layers: readonly LayerForecast[], unexplored: readonly number[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const size = sum(layers.map((layer) => layer.size));
  return (size - sum(unexplored)) / size;
}
