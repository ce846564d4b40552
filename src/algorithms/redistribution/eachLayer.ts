import {describeValue} from '../../topology/describeValue.ts';
import {checkDensity} from '../checkDensity.ts';
import {toSchedule} from '../schedules/toSchedule.ts';
import type {Redistribution, Schedule} from '../types.ts';

/**
 * Prunes every layer to the same density; one that is sparser already keeps its connections, and each keeps one at least. For
 * `density: 'free'`.
 *
 * @param density  of every layer, in (0, 1], as a number or by step
 * @throws TypeError if it is neither
 * @throws RangeError if it is a number out of range
 * @see Zhu & Gupta 2017, "To prune, or not to prune", §3, https://arxiv.org/abs/1710.01878
 */
export function eachLayer(density: number | Schedule): Redistribution {
  checkLayerDensity('eachLayer', density);
  const at = toSchedule(density);
  return {
    name: 'eachLayer',
    shrink(layers, _, step) {
      const now = at(step);
      checkDensity('DSTScheduler', 'density', now);
      return layers.map(({topology}) => Math.max(1, Math.round(now * topology.size)));
    },
  };
}

/**
 * Throws unless it is a number in (0, 1] or a schedule.
 *
 * @param where  the function that the user called
 */
export function checkLayerDensity(where: string, density: number | Schedule): void {
  if (typeof density === 'number') checkDensity(where, 'density', density);
  else if (typeof density !== 'function') {
    throw new TypeError(
      `${where}: density must be a number or a schedule, received ${describeValue(density)}. Write for instance cubicDensity(1, 0.1, {endStep: 5000}).`,
    );
  }
}
