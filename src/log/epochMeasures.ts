import type {ExplorationTracker} from '../exploration/explorationTracker.ts';
import type {Measures} from './runLines.ts';

/** What a tracker knows by now. */
export function explorationMeasures(tracker: ExplorationTracker): Measures {
  return {explorationRate: tracker.rate, reliableRate: tracker.reliableRate, survivalCurve: tracker.survival()};
}

/** Throws if what was measured would take the place of the log's own. */
export function checkMeasured(own: Measures, measured: Measures = {}): void {
  const taken = Object.keys(own).find((name) => Object.hasOwn(measured, name));
  if (taken === undefined) return;
  throw new Error(
    `RunLog: measure must return other names than ${Object.keys(own).join(', ')}, received "${taken}". Choose another name.`,
  );
}
