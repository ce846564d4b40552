import {ExplorationTracker} from '../exploration/explorationTracker.ts';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import type {RandomState} from '../topology/random.ts';

/** Everything that a scheduler needs to continue; plain JSON. The model and the optimizer are saved with tfjs. */
export interface SchedulerState {
  readonly step: number;
  readonly random: RandomState;
  readonly tracker: ReturnType<ExplorationTracker['toJSON']>;
}

/**
 * The tracker of a saved state, once it is sure that the state continues the training of these weights.
 *
 * @throws Error if the state is damaged, or was saved with another model or with other connections
 */
export function resumeTracker(
  {step, random, tracker: json}: SchedulerState,
  weights: readonly NamedSparseWeight[],
): ExplorationTracker {
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
    const explored = tracker.explored(name);
    if (!weight.topology.positions().every((position) => explored.has(position))) {
      throw new Error(
        `DSTScheduler: resume must know the connections of the model, received a state in which some of "${name}" were ` +
          'never active. Load the weights that were saved with it.',
      );
    }
  }
  return tracker;
}
