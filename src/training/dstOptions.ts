import type * as tf from '@tensorflow/tfjs';
import {checkDensity} from '../algorithms/checkDensity.ts';
import {checkStrategy} from '../algorithms/checkStrategy.ts';
import type {UpdateTimes} from '../algorithms/schedules/checkUpdateTimes.ts';
import type {GradientSignal, Grower, Pruner, Redistribution, Schedule, Structure} from '../algorithms/types.ts';
import type {Regrown} from '../algorithms/update/layerState.ts';
import type {ReliabilityRule} from '../exploration/reliability.ts';
import {checkChoice, checkKind, checkNames, type OptionNames} from '../topology/checkKind.ts';
import type {Positions} from '../topology/positions.ts';
import type {Random} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';
import type {SchedulerState} from './schedulerState.ts';
import type {UpdateReport} from './updateReport.ts';

/** When connectivity is updated, and how much; the part of a scheduler's options that is not a strategy. */
export interface ScheduleOptions extends UpdateTimes {
  /**
   * Active over all connections of the layers that are trained, together, after each update, in (0, 1], as a number or a schedule; it may
   * fall, rise or swing. 'free' leaves it to the strategies: what the pruner drops is not grown again, unless `redistribution` says how many each layer has.
   * @defaultValue the number of connections is constant
   */
  readonly density?: number | Schedule | 'free';
  /**
   * How many connections each layer has after an update; beside a `structure` only one that shrinks. @defaultValue each keeps its share
   */
  readonly redistribution?: Redistribution;
  /** What growth and redistribution see of the gradients. @defaultValue those of the last step */
  readonly signal?: GradientSignal;
  /**
   * Which topologies are allowed; begin with one that is. Updates never exceed the number of connections that they would have
   * without it, and may stay below. @defaultValue all
   */
  readonly structure?: Structure;
  /** What becomes of a connection that is dropped and would be grown again in the same update. @defaultValue 'keep' */
  readonly regrown?: Regrown;
  /** Seed of the random choices. @defaultValue a fresh one */
  readonly seed?: number | string;
  /**
   * When a connection counts as reliably explored, for `tracker.reliableRate`; with `resume` the saved rule, which this one
   * must not contradict. @defaultValue `{updates: 1}`: once it outlived an update
   */
  readonly reliableAfter?: ReliabilityRule;
  /** The optimizer that trains the model, in a custom loop without `compile`. @defaultValue the model's */
  readonly optimizer?: tf.Optimizer;
  /** Called after every update. */
  readonly onUpdate?: (report: UpdateReport) => void;
  /**
   * A state saved with `scheduler.toJSON()` to continue from, with the strategies, the update interval and the class of optimizer that
   * it was saved with. `dropFraction`, the values of `density`, `beginStep`, `endStep` and `onUpdate` may be others; `seed` is not used.
   */
  readonly resume?: SchedulerState;
}

/** Options of {@link DSTScheduler}. */
export interface DSTOptions extends ScheduleOptions {
  /** Which connections to drop. */
  readonly pruner: Pruner;
  /** Where to grow new ones. */
  readonly grower: Grower;
  /**
   * R_s that the training is to reach, in (0, 1]. Where `fit` says how many steps follow, or {@link DSTScheduler.begin} is told, a
   * warning says so if these settings will miss it. Needs a grower that can be predicted. @defaultValue no warning
   */
  readonly targetRate?: number;
  /** Initial values of new connections. @defaultValue zeros */
  readonly grownValues?: (request: GrownValuesRequest) => Float32Array;
  /** The values of a layer that an update begins with, for instance after a step of a random walk. @defaultValue as they are */
  readonly perturb?: (request: PerturbRequest) => Float32Array;
}

/** What {@link DSTOptions.perturb} is asked. */
export interface PerturbRequest {
  /** Path of the layer in the model. */
  readonly name: string;
  /** Optimizer steps made. */
  readonly step: number;
  /** The topology before the update. */
  readonly topology: Topology;
  /** `[nnz]`: the values, by slot. Do not write to it. */
  readonly values: Float32Array;
  /** The source of randomness of the scheduler. */
  readonly random: Random;
}

/** What {@link DSTOptions.grownValues} is asked. */
export interface GrownValuesRequest {
  /** Path of the layer in the model. */
  readonly name: string;
  /** The topology after the update. */
  readonly topology: Topology;
  /** The new connections, ascending; those dropped and grown again are not among them. */
  readonly positions: Positions;
  /** The source of randomness of the scheduler. */
  readonly random: Random;
}

const NAMES: OptionNames<DSTOptions> = {
  updateInterval: 1,
  dropFraction: 1,
  beginStep: 1,
  endStep: 1,
  density: 1,
  redistribution: 1,
  signal: 1,
  structure: 1,
  regrown: 1,
  seed: 1,
  reliableAfter: 1,
  optimizer: 1,
  onUpdate: 1,
  resume: 1,
  pruner: 1,
  grower: 1,
  targetRate: 1,
  grownValues: 1,
  perturb: 1,
};

/** What the strategies are to have, each one of its methods, and one that fits. */
const STRATEGIES = {
  pruner: ['magnitudePruning()', 'prune'],
  grower: ['randomGrowth()', 'grow'],
  redistribution: ['bySurvivors()', 'grow', 'shrink'],
  signal: ['gradientMomentum()', 'fold'],
  structure: ['nOfM(2, 4)', 'select'],
} as const;

/** Throws unless options are there and name their strategies, and what decides beside these is what it must be. */
export function checkStrategies(options: DSTOptions): void {
  const where = 'DSTScheduler';
  checkKind(
    where,
    'options',
    'an object',
    options,
    'Write new SETScheduler(model, {updateInterval: 300, dropFraction: 0.3}).',
  );
  checkNames(where, options, NAMES);
  const {structure, redistribution, density = 'free', regrown = 'keep'} = options;
  for (const [name, [example, ...methods]] of Object.entries(STRATEGIES)) {
    const strategy = options[name as keyof typeof STRATEGIES];
    if (strategy !== undefined || name === 'pruner' || name === 'grower')
      checkStrategy(where, name, strategy, example, ...methods);
  }
  for (const name of ['grownValues', 'perturb', 'onUpdate'] as const) {
    if (options[name] !== undefined) checkKind(where, name, 'a function', options[name], 'Leave it out for none.');
  }
  checkChoice(where, 'regrown', ['keep', 'fresh', 'never'], regrown, "Leave it out for 'keep'.");
  if (typeof density !== 'function' && density !== 'free') checkDensity(where, 'density', density);
  if (structure && redistribution?.grow) {
    throw new TypeError(
      `DSTScheduler: redistribution must not move connections between layers where a structure is given, received ${redistribution.name}. ` +
        'Leave one of them out.',
    );
  }
}
