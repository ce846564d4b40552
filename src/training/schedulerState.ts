import type * as tf from '@tensorflow/tfjs';
import type {Regrown} from '../algorithms/update/layerState.ts';
import {checkExplorationJSON} from '../exploration/explorationJSON.ts';
import {ExplorationTracker} from '../exploration/explorationTracker.ts';
import {isSameRule} from '../exploration/reliability.ts';
import {describeValue} from '../topology/describeValue.ts';
import {isCount, isObject} from '../topology/foreignValue.ts';
import {isRandomState, type RandomState} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';
import type {DSTOptions} from './dstOptions.ts';
import type {SavedSignal} from './signalState.ts';
import type {StrategyStates} from './strategyStates.ts';

/** Everything that a scheduler needs to continue; plain JSON. The model and the optimizer are saved with tfjs. */
export interface SchedulerState {
  /** Tells it from other JSON. */
  readonly format: 'itop-scheduler';
  /** Of the layout. */
  readonly version: 2;
  /** Optimizer steps made. */
  readonly step: number;
  /** State of the source of randomness. */
  readonly random: RandomState;
  /** What must be the same where the training continues. */
  readonly settings: SchedulerSettings;
  /** Steps that the optimizer has made by its own count. */
  readonly optimizerSteps: number;
  /** The exploration so far. */
  readonly tracker: ReturnType<ExplorationTracker['toJSON']>;
  /** What the strategies keep from update to update; left out where they keep nothing. */
  readonly strategies?: StrategyStates;
  /** What the signal has made of the gradients; left out where there is none. */
  readonly signal?: SavedSignal;
  /** Connections of its share that the structure left out of each layer; left out where there are none. */
  readonly unused?: readonly number[];
}

/** What must be the same where a training is continued. */
export interface SchedulerSettings {
  /** Names of the strategies; null for one without. */
  readonly pruner: string | null;
  /** As `pruner`. */
  readonly grower: string | null;
  /** Null where there are no updates. */
  readonly updateInterval: number | null;
  /** Whether the density follows a schedule, or the strategies. */
  readonly hasDensity: boolean;
  /** Names; left out where there is none. */
  readonly redistribution?: string;
  /** Name of the signal that growth sees. */
  readonly signal?: string;
  /** Name of the structure that topologies keep. */
  readonly structure?: string;
  /** Left out where it is 'keep'. */
  readonly regrown?: Regrown;
  /** Class of the optimizer. */
  readonly optimizer: string;
}

/** What tells a saved state from other JSON, and its layout from earlier ones, which had no settings. */
export const SCHEDULER_FORMAT = {format: 'itop-scheduler', version: 2} as const;

/** The settings of a scheduler with these options. */
export function settingsOf(options: DSTOptions, optimizer: tf.Optimizer): SchedulerSettings {
  const {pruner, grower, updateInterval, density, redistribution, signal, structure, regrown = 'keep'} = options;
  return {
    pruner: pruner.name ?? null,
    grower: grower.name ?? null,
    updateInterval: Number.isFinite(updateInterval) ? updateInterval : null,
    hasDensity: density !== undefined,
    ...(redistribution && {redistribution: redistribution.name}),
    ...(signal && {signal: signal.name}),
    ...(structure && {structure: structure.name}),
    ...(regrown !== 'keep' && {regrown}),
    optimizer: optimizer.getClassName(),
  };
}

/** What a scheduler finds where it continues. */
export interface ResumePlace {
  readonly layers: readonly {readonly name: string; readonly topology: Topology}[];
  readonly optimizer: tf.Optimizer;
  /** Steps that the optimizer has made. */
  readonly optimizerSteps: number;
}

/**
 * The tracker of a saved state, once it is sure that the state continues the training of these layers with these options.
 *
 * @throws Error if the state is damaged, or was saved with another model, other connections, other settings or another rule, or the
 * optimizer was saved at another step
 */
export function resumeTracker(
  state: SchedulerState,
  {layers, optimizer, optimizerSteps}: ResumePlace,
  options: DSTOptions,
): ExplorationTracker {
  checkState(state);
  checkSettings(state.settings, settingsOf(options, optimizer));
  checkOptimizer(state.optimizerSteps, optimizerSteps);
  checkLayers(state, layers);
  // No more memory than the model has taken already.
  const tracker = ExplorationTracker.fromJSON(state.tracker, {maxRows: Number.POSITIVE_INFINITY});
  const {step: recorded} = tracker.history.at(-1)!;
  if (state.step < recorded) {
    throw new Error(
      `DSTScheduler: resume must be of step ${recorded}, the last one explored, or a later one, received step ${state.step}. ` +
        'It was damaged: load it again, or use an earlier one.',
    );
  }
  for (const {name, topology} of layers) {
    if (!tracker.topology(name).equals(topology)) {
      throw new Error(
        `DSTScheduler: resume must be of the connections of the model, received a state in which "${name}" has others. ` +
          'Load the weights that were saved with it.',
      );
    }
  }
  const {reliableAfter} = options;
  if (reliableAfter && !isSameRule(reliableAfter, tracker.reliableAfter)) {
    throw new RangeError(
      `DSTScheduler: reliableAfter must be ${JSON.stringify(tracker.reliableAfter)} as in the state to resume, received ` +
        `${JSON.stringify(reliableAfter)}. Leave it out.`,
    );
  }
  return tracker;
}

function checkState(state: SchedulerState): void {
  const {format, version, step, random, settings, optimizerSteps} = (state ?? {}) as Partial<SchedulerState>;
  if (format !== SCHEDULER_FORMAT.format || version !== SCHEDULER_FORMAT.version) {
    throw new Error(
      `DSTScheduler: resume must be of the format ${SCHEDULER_FORMAT.format}, version ${SCHEDULER_FORMAT.version}, received ` +
        `${describeValue(format)}, version ${describeValue(version)}. Pass what toJSON() of a scheduler returned, with this version of itop.`,
    );
  }
  const parts = {
    step: isCount(step),
    random: isRandomState(random),
    settings: isObject(settings),
    optimizerSteps: isCount(optimizerSteps),
  };
  const damaged = Object.entries(parts).find(([, isSound]) => !isSound)?.[0];
  if (damaged) {
    throw new Error(
      `DSTScheduler: resume must be what toJSON() returned, received ${describeValue(state[damaged as keyof typeof parts])} as ` +
        `its ${damaged}. It was damaged: load it again, or use an earlier one.`,
    );
  }
}

function checkSettings(saved: SchedulerSettings, given: SchedulerSettings): void {
  for (const name of new Set([...Object.keys(given), ...Object.keys(saved)])) {
    const valueIn = (settings: SchedulerSettings) =>
      Object.hasOwn(settings, name) ? settings[name as keyof SchedulerSettings] : undefined;
    const [before, value] = [valueIn(saved), valueIn(given)];
    if (before !== value) {
      throw new Error(
        `DSTScheduler: ${name} must be ${describeValue(before)} as in the state to resume, received ${describeValue(value)}. ` +
          'Continue with the options that it was saved with, or change the settings in that state on purpose.',
      );
    }
  }
}

/** An optimizer that has made no step was made anew: its state is not part of what is resumed. */
function checkOptimizer(saved: number, made: number): void {
  if (made !== 0 && made !== saved) {
    throw new Error(
      `DSTScheduler: resume must be of the step of the optimizer, ${made} by its own count, received a state of ${saved}. ` +
        'Load the model and the scheduler that were saved together.',
    );
  }
}

/** Before anything is made of them: shapes say how much memory a tracker takes. */
function checkLayers({tracker}: SchedulerState, layers: ResumePlace['layers']): void {
  const {layers: tracked} = checkExplorationJSON(tracker, Number.POSITIVE_INFINITY);
  const saved = tracked.map(({name, shape}) => `${name} [${shape}]`).join(', ');
  const own = layers.map(({name, topology}) => `${name} [${topology.shape}]`).join(', ');
  if (saved !== own) {
    throw new Error(
      `DSTScheduler: resume must be of a model with the sparse layers ${own}, received one of ${saved}. ` +
        'Load the model that was saved with it.',
    );
  }
}
