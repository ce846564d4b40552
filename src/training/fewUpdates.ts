import type {UpdateTimes} from '../algorithms/schedules/checkUpdateTimes.ts';

/** With fewer updates than this a training hardly explores. */
const FEWEST = 3;
/** What the advice aims at. */
const ENOUGH = 20;

/**
 * One sentence if a training of so many steps has no or very few updates, with the ΔT that gives enough; else `undefined`.
 *
 * @param steps  optimizer steps of the whole training, those already made included
 */
export function fewUpdatesWarning(where: string, times: UpdateTimes, steps: number): string | undefined {
  const {updateInterval, beginStep = 0, endStep = Number.POSITIVE_INFINITY} = times;
  if (updateInterval === Number.POSITIVE_INFINITY) return undefined;
  const last = Math.min(steps, Math.ceil(endStep) - 1);
  const before = Math.max(0, Math.ceil(beginStep) - 1);
  const updates = (interval: number) => Math.max(0, Math.floor(last / interval) - Math.floor(before / interval));
  const count = updates(updateInterval);
  if (count >= FEWEST) return undefined;
  const advised = Math.max(1, Math.floor((last - before) / ENOUGH));
  const advice =
    updates(advised) > count
      ? `An updateInterval of ${advised} makes ${updates(advised)}.`
      : 'No updateInterval makes more: train for longer, or from beginStep to endStep.';
  return (
    `${where}: a training must have several updates, received ${steps} steps with an updateInterval of ` +
    `${updateInterval}, which makes ${count === 0 ? 'none' : count}. ${advice}`
  );
}
