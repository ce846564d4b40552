import type {ExplorationTracker} from '../exploration/explorationTracker.ts';
import {checkKind} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import type {Measures} from './runLines.ts';

/** What a tracker knows by now. */
export function explorationMeasures(tracker: ExplorationTracker): Measures {
  return {explorationRate: tracker.rate, reliableRate: tracker.reliableRate, survivalCurve: tracker.survival()};
}

/** Throws unless a log can hold these values: readers would take the line of the epoch for damaged. @param what  they are */
export function checkMeasures(what: string, measures: Readonly<Record<string, unknown>>): void {
  checkKind('RunLog', what, 'an object', measures, 'Give numbers by name: {loss: 0.5}.');
  const isNumber = (value: unknown) => value == null || typeof value === 'number'; // NaN is written as null
  for (const [name, value] of Object.entries(measures)) {
    if (isNumber(value) || (Array.isArray(value) && value.every(isNumber))) continue;
    throw new TypeError(
      `RunLog: ${what} must be numbers or lists of numbers, received ${describeValue(value)} for "${name}". ` +
        'Read tensors by dataSync(), and make lists of typed arrays by Array.from().',
    );
  }
}

/** Throws if what was measured would take the place of the log's own. */
export function checkMeasured(own: Measures, measured: Measures = {}): void {
  checkMeasures('the values of measure', measured);
  const taken = Object.keys(own).find((name) => Object.hasOwn(measured, name));
  if (taken === undefined) return;
  throw new Error(
    `RunLog: measure must return other names than ${Object.keys(own).join(', ')}, received "${taken}". Choose another name.`,
  );
}
