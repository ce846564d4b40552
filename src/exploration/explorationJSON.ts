import type {LayerShape} from '../algorithms/types.ts';
import {checkKind} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import {isCount, isObject} from '../topology/foreignValue.ts';
import {MAX_INT32_SIZE, sizeOf} from '../topology/positions.ts';
import {isRule, type ReliabilityRule} from './reliability.ts';
import type {SavedSet} from './savedSet.ts';
import type {SavedTopology} from './savedTopology.ts';

/** The exploration at one moment of the training: at an update, or at the begin. */
export interface ExplorationPoint {
  /** Optimizer steps made. */
  readonly step: number;
  /** R_s, over all sparse weights. */
  readonly rate: number;
  /** R_l of each layer, in the order of the layers. */
  readonly rates: readonly number[];
  /** Reliable R_s: share of all positions that were reliably explored, see {@link ReliabilityRule}. */
  readonly reliableRate: number;
  /** The same for each layer. */
  readonly reliableRates: readonly number[];
  /** Jaccard distance to the topologies before: 1 − connections in both / connections in either; 0 at the begin. */
  readonly distance: number;
  /** The same for each layer. */
  readonly distances: readonly number[];
  /** Jaccard distance to the initial topologies. */
  readonly drift: number;
  /** The same for each layer. */
  readonly drifts: readonly number[];
  /** Share that this update kept of the connections that the one before had grown; null where it had grown none. */
  readonly survival: number | null;
}

/** A layer with the positions that were ever active, those that are, and since when. */
export interface SavedLayer extends LayerShape {
  /** Positions that were ever active. */
  readonly explored: SavedSet;
  /** Positions that were reliably explored. */
  readonly reliable: SavedSet;
  /** The topology at the begin. */
  readonly initial: SavedTopology;
  /** The topology now. */
  readonly active: SavedTopology;
  /** For each active connection the index of the record since which it is active, see `encodeVarints`; in base64. */
  readonly births: string;
  /** Grown connections that met their first, second, … update, and those of them that were kept. */
  readonly faced: readonly number[];
  /** Those of `faced` that the update kept. */
  readonly kept: readonly number[];
}

/** An `ExplorationTracker` as plain JSON. */
export interface ExplorationJSON {
  /** Tells it from other JSON. */
  readonly format: 'itop-exploration';
  /** Of the layout. */
  readonly version: 2;
  /** When a connection counts as reliably explored. */
  readonly reliableAfter: ReliabilityRule;
  /** The sparse layers, in the order of the model. */
  readonly layers: readonly SavedLayer[];
  /** One point for the begin and one for each update. */
  readonly history: readonly ExplorationPoint[];
}

/** What tells a saved tracker from other JSON, and its layout from earlier ones, which knew no ages. */
export const EXPLORATION_FORMAT = {format: 'itop-exploration', version: 2} as const;

const MAX_ROWS = 2 ** 26;

/** A point that shares nothing with this one. */
export function copyPoint(point: ExplorationPoint): ExplorationPoint {
  const {step, rate, rates, reliableRate, reliableRates, distance, distances, drift, drifts, survival} = point;
  return {
    step,
    rate,
    rates: [...rates],
    reliableRate,
    reliableRates: [...reliableRates],
    distance,
    distances: [...distances],
    drift,
    drifts: [...drifts],
    survival,
  };
}

/**
 * Something read from a file as {@link ExplorationJSON}. The bytes of the sets are checked when they are restored.
 *
 * @param maxRows  rows that the layers may have together: a topology takes memory for each, however short the file
 * @throws Error if it is something else
 * @throws RangeError if there are more rows
 */
export function checkExplorationJSON(json: unknown, maxRows = MAX_ROWS): ExplorationJSON {
  checkKind('ExplorationTracker', 'maxRows', 'a number', maxRows, 'Leave it out for the default.');
  if (!isObject(json) || json.format !== EXPLORATION_FORMAT.format) {
    throw new Error(
      `ExplorationTracker: json must be what toJSON() returned, received ${describeValue(json)}. ` +
        'Pass text through JSON.parse first.',
    );
  }
  if (json.version !== EXPLORATION_FORMAT.version) {
    throw new Error(
      `ExplorationTracker: version must be ${EXPLORATION_FORMAT.version}, received ${describeValue(json.version)}. ` +
        'Load it with the version of itop that saved it.',
    );
  }
  const {reliableAfter, layers, history} = json;
  if (!isRule(reliableAfter)) throw damaged('reliableAfter', reliableAfter);
  if (!Array.isArray(layers) || !layers.every(isSavedLayer)) throw damaged('layers', layers);
  if (!Array.isArray(history) || history.length === 0 || !history.every((point) => isPoint(point, layers.length))) {
    throw damaged('history', history);
  }
  const rows = layers.reduce((sum, {shape}) => sum + sizeOf(shape.slice(0, -1)), 0);
  if (rows > maxRows) {
    throw new RangeError(
      `ExplorationTracker: layers must have at most ${maxRows} rows together, received ${rows}. ` +
        'If a model that large was saved, pass a higher maxRows.',
    );
  }
  return {...EXPLORATION_FORMAT, reliableAfter, layers, history};
}

function damaged(what: string, received: unknown): Error {
  return new Error(
    `ExplorationTracker: ${what} must be what toJSON() wrote, received ${describeValue(received)}. ` +
      'The file was damaged or cut off: load it again, or use an earlier checkpoint.',
  );
}

function isSavedLayer(layer: unknown): layer is SavedLayer {
  return (
    isObject(layer) &&
    typeof layer.name === 'string' &&
    isShape(layer.shape) &&
    isSavedSet(layer.explored) &&
    isSavedSet(layer.reliable) &&
    isSavedTopology(layer.initial) &&
    isSavedTopology(layer.active) &&
    typeof layer.births === 'string' &&
    isCounts(layer.faced) &&
    isCounts(layer.kept) &&
    layer.kept.length === layer.faced.length
  );
}

function isSavedSet(set: unknown): set is SavedSet {
  return (
    isObject(set) &&
    (set.encoding === 'bits' || set.encoding === 'gaps') &&
    Number.isInteger(set.count) &&
    typeof set.data === 'string'
  );
}

function isSavedTopology(topology: unknown): topology is SavedTopology {
  return isObject(topology) && Number.isInteger(topology.nnz) && typeof topology.gaps === 'string';
}

function isCounts(counts: unknown): counts is number[] {
  return Array.isArray(counts) && counts.every(isCount);
}

function isShape(shape: unknown): shape is number[] {
  return isCounts(shape) && shape.length > 0 && !shape.includes(0) && sizeOf(shape) <= Number.MAX_SAFE_INTEGER;
}

function isPoint(point: unknown, layers: number): point is ExplorationPoint {
  return (
    isObject(point) &&
    Number.isInteger(point.step) &&
    (point.step as number) <= MAX_INT32_SIZE &&
    [point.rate, point.reliableRate, point.distance, point.drift].every(isRate) &&
    [point.rates, point.reliableRates, point.distances, point.drifts].every(
      (rates) => Array.isArray(rates) && rates.length === layers && rates.every(isRate),
    ) &&
    (point.survival === null || isRate(point.survival))
  );
}

function isRate(rate: unknown): rate is number {
  return typeof rate === 'number' && rate >= 0 && rate <= 1;
}
