import type {Grower} from '../algorithms/types.ts';
import {type ForecastTimes, forecast, type LayerForecast, rateOf} from './forecast.ts';
import {lastTrue} from './search.ts';

/** The R_s to expect at the end of these times. */
export function expectedRate(
  where: string,
  layers: readonly LayerForecast[],
  times: ForecastTimes,
  grower: Grower,
): number {
  let rate = 0;
  forecast(where, layers, times, grower, (_, unexplored) => {
    rate = rateOf(layers, unexplored);
    return true;
  });
  return rate;
}

/** One sentence if a training will miss the R_s that it is to reach, with the ΔT that would reach it; else `undefined`. */
export function explorationWarning(
  where: string,
  layers: readonly LayerForecast[],
  times: ForecastTimes,
  grower: Grower,
  target: number,
): string | undefined {
  const rateAt = (updateInterval: number) => expectedRate(where, layers, {...times, updateInterval}, grower);
  const rate = rateAt(times.updateInterval);
  if (rate >= target) return undefined;
  const shortest = Math.max(1, Math.ceil((times.steps - times.fromStep) / times.maxUpdates));
  const longest = lastTrue(shortest, times.steps, (updateInterval) => rateAt(updateInterval) >= target);
  const advice = longest
    ? `An updateInterval of ${longest} reaches it; planExploration() tells what else does.`
    : 'No updateInterval reaches it: train for longer, or with a larger dropFraction.';
  return (
    `${where}: these settings end at R_s = ${rate.toFixed(2)} after ${times.steps} steps, ` +
    `below the targetRate of ${target}. ${advice}`
  );
}
