import {ExplorationTracker} from '../exploration/explorationTracker.ts';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import {freshSeed, type SeededRandom, seededRandom} from '../topology/random.ts';
import type {DSTOptions} from './dstOptions.ts';
import {type ResumePlace, resumeTracker, type SchedulerState} from './schedulerState.ts';
import {SignalState} from './signalState.ts';
import {UnusedConnections} from './unusedConnections.ts';

/** What a scheduler has come to: all that steps and updates change, resumed as one. */
export interface Progress {
  /** Optimizer steps counted so far. */
  steps: number;
  random: SeededRandom;
  explored: ExplorationTracker;
  signal: SignalState | undefined;
  unused: UnusedConnections;
}

/** Where a training begins. */
export function beginProgress(layers: ResumePlace['layers'], options: DSTOptions): Progress {
  const {signal, seed = freshSeed(), reliableAfter} = options;
  return {
    steps: 0,
    random: seededRandom(seed),
    explored: new ExplorationTracker(layers, {reliableAfter}),
    signal: signal && SignalState.begin(signal),
    unused: new UnusedConnections(layers),
  };
}

/**
 * Where a saved training stood.
 *
 * @throws Error if the state is damaged, or does not continue the training of these weights with these options
 */
export function resumeProgress(
  state: SchedulerState,
  place: ResumePlace,
  weights: readonly NamedSparseWeight[],
  options: DSTOptions,
): Progress {
  const {signal, structure} = options;
  const explored = resumeTracker(state, place, options);
  return {
    steps: state.step,
    random: seededRandom(state.random),
    explored,
    signal: signal && SignalState.restore(signal, state.signal, weights),
    unused: UnusedConnections.restore(state.unused, place.layers, structure),
  };
}
