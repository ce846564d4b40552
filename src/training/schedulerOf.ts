import type * as tf from '@tensorflow/tfjs';
import type {ExplorationTracker} from '../exploration/explorationTracker.ts';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import type {SparseWeight} from '../weights/sparseWeight.ts';

/** What others need to know of a scheduler. */
interface TrackingScheduler {
  readonly tracker: ExplorationTracker;
  readonly weights: readonly NamedSparseWeight[];
  readonly stepCount: number;
}

/** The scheduler of each weight: the one that was made last. */
const latestScheduler = new WeakMap<SparseWeight, TrackingScheduler>();
/** The optimizer that it was given, where it is not the model's. */
const givenOptimizer = new WeakMap<TrackingScheduler, tf.Optimizer>();

/** The scheduler that was made last for a weight. */
export function schedulerOf(weight: SparseWeight): TrackingScheduler | undefined {
  return latestScheduler.get(weight);
}

/** The optimizer that this scheduler was given. */
export function optimizerOf(weight: SparseWeight): tf.Optimizer | undefined {
  const scheduler = schedulerOf(weight);
  return scheduler && givenOptimizer.get(scheduler);
}

/** Makes a scheduler the one of these weights. */
export function setScheduler(
  weights: readonly NamedSparseWeight[],
  scheduler: TrackingScheduler,
  optimizer: tf.Optimizer | undefined,
): void {
  for (const {weight} of weights) latestScheduler.set(weight, scheduler);
  if (optimizer) givenOptimizer.set(scheduler, optimizer);
}

/** @throws Error if another scheduler was made for one of these weights since: two would change connections behind each other's backs */
export function checkIsLatest(weights: readonly NamedSparseWeight[], scheduler: TrackingScheduler): void {
  const entry = weights.find(({weight}) => schedulerOf(weight) !== scheduler);
  if (entry) {
    throw new Error(
      `DSTScheduler: step must be called on the scheduler of a model that was made last, received a call on an earlier one, of ` +
        `the layer "${entry.name}". Use one scheduler for each model.`,
    );
  }
}
