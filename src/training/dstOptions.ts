import type * as tf from '@tensorflow/tfjs';
import type {Grower, Pruner, Schedule} from '../algorithms/types.ts';
import type {ReliabilityRule} from '../exploration/reliability.ts';
import type {Positions} from '../topology/positions.ts';
import type {Random} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';
import type {SchedulerState} from './schedulerState.ts';
import type {UpdateReport} from './updateReport.ts';

/** When connectivity is updated, and how much; the part of a scheduler's options that is not a strategy. */
export interface ScheduleOptions {
  /** ΔT: optimizer steps between two updates; `Infinity` for none. */
  readonly updateInterval: number;
  /** P: share of a layer's connections that an update replaces, in [0, 1], or a schedule of it. */
  readonly dropFraction: number | Schedule;
  /**
   * Density to which every layer is pruned by then, in (0, 1], for gradual pruning; a layer that is sparser already keeps its
   * connections. @defaultValue the number of connections is constant
   */
  readonly density?: Schedule;
  /** First step at which an update may happen. @defaultValue 0 */
  readonly beginStep?: number;
  /** Step from which on there are no updates. @defaultValue Infinity */
  readonly endStep?: number;
  /** Seed of the random choices. @defaultValue a fresh one */
  readonly seed?: number | string;
  /**
   * When a connection counts as reliably explored, for `tracker.reliableRate`; with `resume` the saved rule, which this one
   * must not contradict. @defaultValue `{updates: 1}`: once it outlived an update
   */
  readonly reliableAfter?: ReliabilityRule;
  /** The optimizer that trains the model, in a loop of one's own without `compile`. @defaultValue the model's */
  readonly optimizer?: tf.Optimizer;
  /** Called after every update. */
  readonly onUpdate?: (report: UpdateReport) => void;
  /** A state saved with `scheduler.toJSON()` to continue from. */
  readonly resume?: SchedulerState;
}

/** Options of {@link DSTScheduler}. */
export interface DSTOptions extends ScheduleOptions {
  /** Which connections to drop. */
  readonly pruner: Pruner;
  /** Where to grow new ones. */
  readonly grower: Grower;
  /** Initial values of new connections. @defaultValue zeros */
  readonly grownValues?: (request: GrownValuesRequest) => Float32Array;
}

/** What {@link DSTOptions.grownValues} is asked. */
export interface GrownValuesRequest {
  readonly name: string;
  /** The topology after the update. */
  readonly topology: Topology;
  /** The new connections, ascending; those dropped and grown again are not among them. */
  readonly positions: Positions;
  readonly random: Random;
}

/** Throws unless the numbers of a schedule are in range; values of functions are checked when they are used. */
export function checkSchedule(options: ScheduleOptions): void {
  const {updateInterval, dropFraction, beginStep = 0, endStep = Number.POSITIVE_INFINITY} = options;
  if (!(updateInterval > 0 && (Number.isInteger(updateInterval) || updateInterval === Number.POSITIVE_INFINITY))) {
    throw new RangeError(
      `DSTScheduler: updateInterval must be a positive integer or Infinity, received ${updateInterval}. ` +
        'Give the optimizer steps between two updates.',
    );
  }
  if (typeof dropFraction !== 'function' && !(dropFraction >= 0 && dropFraction <= 1)) {
    throw new RangeError(
      `DSTScheduler: dropFraction must be in [0, 1], received ${dropFraction}. For 30 % of the connections write 0.3.`,
    );
  }
  if (!(beginStep >= 0 && endStep >= beginStep)) {
    throw new RangeError(
      `DSTScheduler: beginStep and endStep must satisfy 0 ≤ beginStep ≤ endStep, received ${beginStep} and ${endStep}. ` +
        'Give both in optimizer steps.',
    );
  }
}
