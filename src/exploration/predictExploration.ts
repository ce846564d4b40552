import {ALLOCATION_NAMES, type AllocationOptions, allocateFor, checkShapes} from '../algorithms/allocateConnections.ts';
import {randomGrowth} from '../algorithms/growers/randomGrowth.ts';
import {checkUpdateTimes, type UpdateTimes} from '../algorithms/schedules/checkUpdateTimes.ts';
import {toSchedule} from '../algorithms/schedules/toSchedule.ts';
import type {Grower, LayerShape} from '../algorithms/types.ts';
import {checkKind, checkNames} from '../topology/checkKind.ts';
import {sizeOf} from '../topology/positions.ts';
import {type ForecastTimes, forecast, type LayerForecast, MAX_UPDATES, rateOf} from './forecast.ts';

/** A sparse layer of a plan. */
export interface PlannedLayer extends LayerShape {
  /** Active connections. Needed where no `density` is given; `summary(model).layers` have it. */
  readonly nnz?: number;
}

/** The sparse layers of a plan: with their connections, or with a density to divide among them as `sparsify` does. */
export interface PlannedNetwork extends AllocationOptions {
  /** The sparse layers. */
  readonly layers: readonly PlannedLayer[];
  /** Connections over positions, in (0, 1]. @defaultValue each layer's `nnz` holds */
  readonly density?: number;
}

/** Options of {@link predictExploration}: the same words as for a scheduler, with the same meaning. A number as `dropFraction` never changes. */
export interface PredictionOptions extends PlannedNetwork, UpdateTimes {
  /** Optimizer steps of the whole training. */
  readonly steps: number;
  /** @defaultValue `randomGrowth()` */
  readonly grower?: Grower;
  /** Updates above which a training is refused, since the answer would take long. @defaultValue 100,000 */
  readonly maxUpdates?: number;
}

/** R_s at an update. */
export interface ForecastPoint {
  /** Optimizer steps made. */
  readonly step: number;
  /** R_s over all layers. */
  readonly rate: number;
  /** R_l of each layer, in the order of the layers. */
  readonly rates: readonly number[];
}

/** What {@link predictExploration} expects. */
export interface ExplorationForecast {
  /** R_s at the end. */
  readonly rate: number;
  /** R_l of each layer at the end, by name. */
  readonly rates: Readonly<Record<string, number>>;
  /** Active connections of each layer, by name. */
  readonly nnz: Readonly<Record<string, number>>;
  /** Number of updates. */
  readonly updates: number;
  /** From step 0 on, the begin and each update. */
  readonly history: readonly ForecastPoint[];
}

/**
 * The R_s that a training will reach, without training.
 *
 * Whatever the pruner drops, random growth takes k of the inactive positions with equal chances, those just dropped among them.
 * Of a layer with density d whose updates replace the fraction g = d·p of all positions, each update therefore leaves the share
 * 1 − g/(1 − d + g) of the unexplored ones unexplored. Growth of the unexplored first takes k of them until none is left.
 * Both are expectations, with the scheduler's own counts k = ⌈p·nnz⌉: by chance the R_l of a layer with n positions strays from them
 * by 1/(2√n) or less (standard deviation), 0.005 for 10,000 positions. Growth by gradient depends on the training and cannot be predicted. A pruner with counts of its own (`thresholdPruning`)
 * explores differently.
 *
 * This gives the 25 values of the paper's Table 1 (ResNet-18, density 0.05) within 0.001, by what the official code does: 200 epochs
 * of 352 steps, the cosine schedule, and its older division of the connections, which really makes a density of 0.0471.
 *
 * @throws RangeError if a number is out of range, or a layer has no number of connections
 * @throws TypeError if the grower cannot be predicted
 * @see Liu et al. 2021, "Do We Actually Need Dense Over-Parameterization?", Table 1, https://arxiv.org/abs/2102.02887
 *
 * @example
 * predictExploration({layers: [{name: 'fc1', shape: [784, 300]}, {name: 'fc2', shape: [300, 100]}, {name: 'fc3', shape: [100, 10]}],
 *   density: 0.05, updateInterval: 300, dropFraction: cosineDecay(0.5, 6000), steps: 6000}).rate // 0.24
 */
export function predictExploration(options: PredictionOptions): ExplorationForecast {
  const where = 'predictExploration';
  checkKind(where, 'options', 'an object', options, 'Give it layers, density, steps and the settings of the updates.');
  checkNames<PredictionOptions>(where, options, {
    ...ALLOCATION_NAMES,
    layers: 1,
    density: 1,
    updateInterval: 1,
    dropFraction: 1,
    beginStep: 1,
    endStep: 1,
    steps: 1,
    grower: 1,
    maxUpdates: 1,
  });
  const {steps, grower = randomGrowth(), maxUpdates} = options;
  const layers = plannedLayers(where, options);
  const history: ForecastPoint[] = [];
  forecast(where, layers, forecastTimes(where, options, steps, 0, maxUpdates), grower, (step, unexplored) => {
    const rates = layers.map((layer, i) => rateOf([layer], [unexplored[i]]));
    history.push({step, rate: rateOf(layers, unexplored), rates});
    return true;
  });
  const {rate, rates} = history[history.length - 1];
  const byName = (values: readonly number[]) =>
    Object.fromEntries(options.layers.map(({name}, i) => [name, values[i]]));
  const nnz = byName(layers.map((layer) => layer.nnz));
  return {rate, rates: byName(rates), nnz, updates: history.length - 1, history};
}

/**
 * The times of a forecast from step 0 on, or from a later one.
 *
 * @throws RangeError if a number is out of range
 */
export function forecastTimes(
  where: string,
  times: UpdateTimes,
  steps: number,
  fromStep = 0,
  maxUpdates = MAX_UPDATES,
): ForecastTimes {
  checkUpdateTimes(where, times);
  if (!(maxUpdates >= 1 && (Number.isInteger(maxUpdates) || maxUpdates === Number.POSITIVE_INFINITY))) {
    throw new RangeError(
      `${where}: maxUpdates must be a positive integer or Infinity, received ${maxUpdates}. Leave it out for ${MAX_UPDATES}.`,
    );
  }
  const {updateInterval, dropFraction, beginStep = 0, endStep = Number.POSITIVE_INFINITY} = times;
  return {fromStep, steps, updateInterval, dropFraction: toSchedule(dropFraction), beginStep, endStep, maxUpdates};
}

/**
 * The layers of a plan as a forecast wants them.
 *
 * @throws RangeError if there are none, or one has no number of connections
 */
export function plannedLayers(where: string, network: PlannedNetwork): LayerForecast[] {
  const {layers, density} = network;
  checkKind(where, 'layers', 'a list', layers, "Give the sparse layers: [{name: 'fc1', shape: [784, 300]}].");
  if (layers.length === 0) {
    throw new RangeError(`${where}: layers must be at least one, received none. Give the shapes of the sparse layers.`);
  }
  checkShapes(where, layers);
  const allocated = density === undefined ? undefined : allocateFor(where, layers, density, network);
  return layers.map(({name, shape, nnz: own}, i) => {
    const size = sizeOf(shape);
    const nnz = allocated?.[i] ?? own;
    if (nnz === undefined || !(Number.isInteger(nnz) && nnz >= 0 && nnz <= size)) {
      throw new RangeError(
        `${where}: nnz of layer '${name}' must be an integer in [0, ${size}], received ${nnz}. ` +
          'Give each layer its connections, or all a density.',
      );
    }
    return {size, nnz, explored: nnz};
  });
}
