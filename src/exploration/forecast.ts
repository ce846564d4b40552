import {checkDropFraction} from '../algorithms/schedules/checkUpdateTimes.ts';
import type {Grower, Schedule} from '../algorithms/types.ts';
import {sum} from '../topology/sum.ts';

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
  /** Updates that are looked at, at most. */
  readonly maxUpdates: number;
}

/** The updates of more trainings than anybody has; a hundred thousand take some seconds in a large network. */
export const MAX_UPDATES = 100_000;

/**
 * Goes through the updates of a training in expectation.
 *
 * @param visit  told the expected number of unexplored positions of each layer, at the begin and after each update; returns whether
 *   to go on. The array changes afterwards.
 * @throws TypeError if the grower cannot be predicted
 * @throws RangeError if `steps` lies before the begin, there are more updates than `maxUpdates`, or the schedule leaves [0, 1]
 */
export function forecast(
  where: string,
  layers: readonly LayerForecast[],
  {fromStep, steps, updateInterval, dropFraction, beginStep, endStep, maxUpdates}: ForecastTimes,
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
  const first = Math.ceil(Math.max(fromStep + 1, beginStep) / updateInterval) * updateInterval;
  const updates = Math.floor((Math.min(steps, Math.ceil(endStep) - 1) - first) / updateInterval) + 1;
  if (updates > maxUpdates) {
    throw new RangeError(
      `${where}: a training must have at most ${maxUpdates} updates, received one of ${updates}. ` +
        'Pass a higher maxUpdates to predictExploration or planExploration, and wait longer.',
    );
  }
  const unexplored = layers.map(({size, explored}) => size - explored);
  if (!visit(fromStep, unexplored) || updateInterval === Number.POSITIVE_INFINITY) return;
  for (let step = first; step <= steps && step < endStep; step += updateInterval) {
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
  const size = sum(layers.map((layer) => layer.size));
  return (size - sum(unexplored)) / size;
}
