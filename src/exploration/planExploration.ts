import {ALLOCATION_NAMES} from '../algorithms/allocateConnections.ts';
import {randomGrowth} from '../algorithms/growers/randomGrowth.ts';
import {checkDropFraction} from '../algorithms/schedules/checkUpdateTimes.ts';
import {cosineDecay} from '../algorithms/schedules/cosineDecay.ts';
import type {Grower, Schedule} from '../algorithms/types.ts';
import {checkKind, checkNames} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import {forecast, MAX_UPDATES, rateOf} from './forecast.ts';
import {forecastTimes, type PlannedNetwork, plannedLayers} from './predictExploration.ts';
import {firstTrue, lastTrue} from './search.ts';

/** Options of {@link planExploration}: a training, and the R_s that it is to reach. */
export interface PlanOptions extends PlannedNetwork {
  /** R_s to reach, in (0, 1]. */
  readonly target: number;
  /** Samples in the training set. */
  readonly samples: number;
  /** Samples per optimizer step. */
  readonly batchSize: number;
  /** Passes through the samples. */
  readonly epochs: number;
  /** ΔT: optimizer steps between two updates. */
  readonly updateInterval: number;
  /** P at the begin of `schedule`, in [0, 1]. Schedulers and {@link predictExploration} take a number as P at every update. */
  readonly dropFraction: number;
  /** How P goes on over the training. @defaultValue `cosineDecay` */
  readonly schedule?: (dropFraction: number, steps: number) => Schedule;
  /** @defaultValue `randomGrowth()` */
  readonly grower?: Grower;
  /** Updates above which a training is not considered, since the answer would take long. @defaultValue 100,000 */
  readonly maxUpdates?: number;
}

/** What {@link planExploration} answers; `undefined` where no value of a setting reaches the target. */
export interface ExplorationPlan {
  /** R_s of the training as it was given. */
  readonly rate: number;
  /** Optimizer steps of the training as it was given. */
  readonly steps: number;
  /** The longest ΔT that reaches the target, in optimizer steps. */
  readonly updateInterval: number | undefined;
  /**
   * The smallest P that reaches it, in hundredths, at the begin of the schedule: a scheduler takes `cosineDecay(dropFraction, steps)`, not
   * the number, which it would keep to the end.
   */
  readonly dropFraction: number | undefined;
  /** The fewest epochs that reach it. */
  readonly epochs: number | undefined;
  /** The largest batch that reaches it, for the same number of epochs. */
  readonly batchSize: number | undefined;
}

type Settings = Pick<PlanOptions, 'updateInterval' | 'dropFraction' | 'epochs' | 'batchSize'>;

/**
 * What to change so that a training reaches a given R_s: the update interval, the drop fraction, the number of epochs, or the batch
 * size, each by itself with the others as they are.
 *
 * P falls along a cosine to the end of the training, unless `schedule` says otherwise. Make the scheduler with the same schedule.
 *
 * Each answer is a border: it reaches the target, as {@link predictExploration} expects, and the next value does not. Training beyond
 * `maxUpdates` is not considered. A shorter ΔT explores more, but leaves new connections less time to grow: prefer
 * more epochs or smaller batches where you can.
 *
 * @throws RangeError if a number is out of range, a layer has no number of connections, or the training as given has too many updates
 * @throws TypeError if the grower cannot be predicted, or `schedule` is no function
 *
 * @example
 * const {steps, updateInterval = 1} = planExploration({
 *   layers, density: 0.05, target: 0.9, samples: 50000, batchSize: 128, epochs: 200, updateInterval: 1500, dropFraction: 0.5,
 * });
 * const scheduler = new SETScheduler(model, {updateInterval, dropFraction: cosineDecay(0.5, steps)}); // ΔT = 1 where none reaches it
 */
export function planExploration(options: PlanOptions): ExplorationPlan {
  const where = 'planExploration';
  checkKind(
    where,
    'options',
    'an object',
    options,
    'Give it layers, density, target and the settings of the training.',
  );
  checkNames<PlanOptions>(where, options, {
    ...ALLOCATION_NAMES,
    layers: 1,
    density: 1,
    target: 1,
    samples: 1,
    batchSize: 1,
    epochs: 1,
    updateInterval: 1,
    dropFraction: 1,
    schedule: 1,
    grower: 1,
    maxUpdates: 1,
  });
  checkPlan(where, options);
  const {target, samples, schedule = cosineDecay, grower = randomGrowth(), maxUpdates = MAX_UPDATES} = options;
  const layers = plannedLayers(where, options);
  const given: Settings = options;

  /** R_s with other settings, followed only until it reaches `enough`. */
  function rateWith(change: Partial<Settings>, enough: number): number {
    const {updateInterval, dropFraction, epochs, batchSize} = {...given, ...change};
    const steps = epochs * Math.ceil(samples / batchSize);
    let rate = 0;
    const times = forecastTimes(
      where,
      {updateInterval, dropFraction: schedule(dropFraction, steps)},
      steps,
      0,
      maxUpdates,
    );
    forecast(where, layers, times, grower, (_, unexplored) => {
      rate = rateOf(layers, unexplored);
      return rate < enough;
    });
    return rate;
  }

  const reaches = (change: Partial<Settings>) => rateWith(change, target) >= target;
  const perEpoch = Math.ceil(samples / given.batchSize);
  const steps = given.epochs * perEpoch;
  const mostSteps = Math.min(maxUpdates * given.updateInterval, Number.MAX_SAFE_INTEGER);
  if (steps > mostSteps) {
    throw new RangeError(
      `${where}: a training must have at most ${mostSteps} steps, with ${maxUpdates} updates, received ${steps}. ` +
        'Plan fewer epochs or a longer updateInterval, or pass a higher maxUpdates and wait longer.',
    );
  }
  const smallestBatch = Math.ceil(samples / Math.floor(mostSteps / given.epochs));
  const hundredths = firstTrue(1, 100, (n) => reaches({dropFraction: n / 100}));
  return {
    rate: rateWith({}, Number.POSITIVE_INFINITY),
    steps,
    updateInterval: lastTrue(Math.max(1, Math.ceil(steps / maxUpdates)), steps, (updateInterval) =>
      reaches({updateInterval}),
    ),
    dropFraction: hundredths && hundredths / 100,
    epochs: firstTrue(1, Math.floor(mostSteps / perEpoch), (epochs) => reaches({epochs})),
    batchSize: lastTrue(smallestBatch, samples, (batchSize) => reaches({batchSize})),
  };
}

function checkPlan(
  where: string,
  {target, samples, batchSize, epochs, updateInterval, dropFraction, schedule}: PlanOptions,
): void {
  if (!(Number.isFinite(target) && target > 0 && target <= 1)) {
    throw new RangeError(
      `${where}: target must be in (0, 1], received ${describeValue(target)}. For an R_s of 90 % write 0.9.`,
    );
  }
  for (const [name, value] of Object.entries({samples, batchSize, epochs, updateInterval})) {
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw new RangeError(`${where}: ${name} must be a positive integer, received ${value}. Count whole ones.`);
    }
  }
  checkDropFraction(where, dropFraction);
  if (schedule === undefined) return;
  const advice = 'Import constant or cosineDecay from itop, and write schedule: constant.';
  checkKind(where, 'schedule', 'a function', schedule, advice);
  const made = schedule(dropFraction, epochs * Math.ceil(samples / batchSize));
  checkKind(where, 'schedule(dropFraction, steps)', 'a function', made, advice);
}
