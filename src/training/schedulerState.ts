import {ExplorationTracker} from '../exploration/explorationTracker.ts';
import {isSameRule, type ReliabilityRule} from '../exploration/reliability.ts';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import type {RandomState} from '../topology/random.ts';

/** Everything that a scheduler needs to continue; plain JSON. The model and the optimizer are saved with tfjs. */
export interface SchedulerState {
  readonly format: 'itop-scheduler';
  readonly version: 1;
  readonly step: number;
  readonly random: RandomState;
  readonly tracker: ReturnType<ExplorationTracker['toJSON']>;
}

/** What tells a saved state from other JSON, and its layout from later ones. */
export const SCHEDULER_FORMAT = {format: 'itop-scheduler', version: 1} as const;

/**
 * The tracker of a saved state, once it is sure that the state continues the training of these weights.
 *
 * @throws Error if the state is damaged, or was saved with another model, other connections or another rule
 */
export function resumeTracker(
  {format, version, step, random, tracker: json}: SchedulerState,
  weights: readonly NamedSparseWeight[],
  reliableAfter?: ReliabilityRule,
): ExplorationTracker {
  if (format !== SCHEDULER_FORMAT.format || version !== SCHEDULER_FORMAT.version) {
    throw new Error(
      `DSTScheduler: resume must be of the format itop-scheduler, version 1, received ${format}, version ${version}. ` +
        'Pass what toJSON() of a scheduler returned.',
    );
  }
  const isRandomState = [random?.c, random?.s0, random?.s1, random?.s2].every(Number.isFinite);
  if (!(Number.isInteger(step) && step >= 0 && isRandomState)) {
    throw new Error(
      `DSTScheduler: resume must be what toJSON() returned, received step ${step} and random ${JSON.stringify(random)}. ` +
        'It was damaged: load it again, or use an earlier one.',
    );
  }
  const tracker = ExplorationTracker.fromJSON(json);
  const saved = json.layers.map(({name}) => name).join(', ');
  const names = weights.map(({name}) => name).join(', ');
  if (saved !== names) {
    throw new Error(
      `DSTScheduler: resume must be of a model with the sparse layers ${names}, received one of ${saved}. ` +
        'Load the model that was saved with it.',
    );
  }
  for (const {name, weight} of weights) {
    if (!tracker.topology(name).equals(weight.topology)) {
      throw new Error(
        `DSTScheduler: resume must be of the connections of the model, received a state in which "${name}" has others. ` +
          'Load the weights that were saved with it.',
      );
    }
  }
  if (reliableAfter && !isSameRule(reliableAfter, tracker.reliableAfter)) {
    throw new RangeError(
      `DSTScheduler: reliableAfter must be ${JSON.stringify(tracker.reliableAfter)} as in the state to resume, received ` +
        `${JSON.stringify(reliableAfter)}. Leave it out.`,
    );
  }
  return tracker;
}
