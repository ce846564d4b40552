import type {LayerShape} from '../algorithms/types.ts';
import type {SavedSet} from './savedSet.ts';

/** The exploration rates at one moment of the training. */
export interface ExplorationPoint {
  /** Optimizer steps made. */
  readonly step: number;
  /** R_s, over all sparse weights. */
  readonly rate: number;
  /** R_l of each layer, in the order of the layers. */
  readonly rates: readonly number[];
}

/** A layer with the positions that were ever active. */
export interface SavedLayer extends LayerShape {
  readonly explored: SavedSet;
}

/** An `ExplorationTracker` as plain JSON. */
export interface ExplorationJSON {
  readonly format: 'itop-exploration';
  readonly version: 1;
  readonly layers: readonly SavedLayer[];
  readonly history: readonly ExplorationPoint[];
}

/**
 * Something read from a file as {@link ExplorationJSON}. The bytes of the sets are checked when they are restored.
 *
 * @throws Error if it is something else
 */
export function checkExplorationJSON(json: unknown): ExplorationJSON {
  if (!isObject(json) || json.format !== 'itop-exploration') {
    throw new Error(
      `ExplorationTracker: json must be what toJSON() returned, received ${describe(json)}. ` +
        'Pass text through JSON.parse first.',
    );
  }
  if (json.version !== 1) {
    throw new Error(
      `ExplorationTracker: version must be 1, received ${describe(json.version)}. ` +
        'Load it with the version of itop that saved it.',
    );
  }
  const {layers, history} = json;
  if (!Array.isArray(layers) || !layers.every(isSavedLayer)) throw damaged('layers', layers);
  if (!Array.isArray(history) || !history.every((point) => isPoint(point, layers.length))) {
    throw damaged('history', history);
  }
  return {format: json.format, version: json.version, layers, history} as ExplorationJSON;
}

function damaged(what: string, received: unknown): Error {
  return new Error(
    `ExplorationTracker: ${what} must be as toJSON() wrote them, received ${describe(received)}. ` +
      'They were damaged or cut off: load them again, or use an earlier checkpoint.',
  );
}

function isSavedLayer(layer: unknown): layer is SavedLayer {
  return (
    isObject(layer) &&
    typeof layer.name === 'string' &&
    Array.isArray(layer.shape) &&
    layer.shape.every((dimension) => Number.isInteger(dimension) && dimension > 0) &&
    isObject(layer.explored) &&
    (layer.explored.encoding === 'bits' || layer.explored.encoding === 'gaps') &&
    Number.isInteger(layer.explored.count) &&
    typeof layer.explored.data === 'string'
  );
}

function isPoint(point: unknown, layers: number): point is ExplorationPoint {
  return (
    isObject(point) &&
    Number.isInteger(point.step) &&
    isRate(point.rate) &&
    Array.isArray(point.rates) &&
    point.rates.length === layers &&
    point.rates.every(isRate)
  );
}

function isRate(rate: unknown): rate is number {
  return typeof rate === 'number' && rate >= 0 && rate <= 1;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The first characters of a value, for a message. */
function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
