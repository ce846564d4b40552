import {isCount, isRecord} from '../topology/foreignValue.ts';
import {sizeOf} from '../topology/positions.ts';
import type {RunLine} from './runLines.ts';
import {RUN_FORMAT} from './runLines.ts';

/** Settings that are nested deeper cannot be shown, and come from no `RunLog`. */
const DEEPEST = 32;

type Check = (value: unknown) => boolean;

/** True for a value that is a line of a log, of a known type or of a later one, with everything that its type has. */
export function isRunLine(value: unknown): value is RunLine {
  if (!isRecord(value) || typeof value.type !== 'string' || !isCount(value.step)) return false;
  return Object.hasOwn(LINES, value.type) ? hasFields(value, LINES[value.type]) : true;
}

const isText: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isAmount: Check = (value) => Number.isFinite(value) && (value as number) >= 0;
const isPositive: Check = (value) => isCount(value) && value !== 0;
const isShare: Check = (value) => isAmount(value) && (value as number) <= 1;
const isListOf = (check: Check) => (value: unknown) => Array.isArray(value) && value.every(check);
const isRecordOf = (check: Check) => (value: unknown) => isRecord(value) && Object.values(value).every(check);
const isShape: Check = (value) =>
  isListOf(isPositive)(value) && (value as []).length > 0 && sizeOf(value as number[]) <= Number.MAX_SAFE_INTEGER;
const isObjectWith = (fields: Readonly<Record<string, Check>>) => (value: unknown) =>
  isRecord(value) && hasFields(value, fields);
const isMeasures = isRecordOf(
  (value) =>
    value === null || Number.isFinite(value) || isListOf((each) => each === null || Number.isFinite(each))(value),
);

/** True for what a log can hold as the settings of a run. */
export const isSettings: Check = (settings) => isRecord(settings) && isShallow(settings, DEEPEST);

/** True for `[height, width]` and `[height, width, channels]`. */
export const isImageShape: Check = (shape) => isShape(shape) && [2, 3].includes((shape as []).length);

const isLayer: Check = (layer) =>
  isObjectWith({name: isText, shape: isShape, positions: isCount, nnz: isCount, isSparse: isBoolean})(layer) &&
  (layer as {nnz: number}).nnz <= sizeOf((layer as {shape: number[]}).shape);

const isForward: Check = (forward) =>
  isObjectWith({sparse: isAmount, dense: isAmount})(forward) &&
  (forward as {sparse: number}).sparse <= (forward as {dense: number}).dense;

const isHistogram = isObjectWith({min: isCount, width: isPositive, counts: isListOf(isCount)});

/** As many bytes in base64 as the grid has cells: what is drawn is never larger than the log. */
const isGrid: Check = (grid) => {
  if (!isObjectWith({rows: isPositive, cols: isPositive, max: isShare, cells: isText})(grid)) return false;
  const {rows, cols, cells} = grid as {rows: number; cols: number; cells: string};
  const padding = (3 - ((rows * cols) % 3)) % 3;
  const end = cells.length - padding;
  return (
    cells.length === 4 * Math.ceil((rows * cols) / 3) &&
    cells.slice(end) === '='.repeat(padding) &&
    /^[A-Za-z0-9+/]*$/.test(cells.slice(0, end))
  );
};

/** What each type of line has beside its step. */
const LINES: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  start: {
    format: (format) => format === RUN_FORMAT.format,
    version: (version) => version === RUN_FORMAT.version,
    name: isText,
    date: isText,
    backend: isText,
    settings: isSettings,
    imageShape: (shape) => shape === null || isImageShape(shape),
    layers: isListOf(isLayer),
    notCounted: isListOf(isText),
    forward: isForward,
    bytes: isObjectWith({dense: isAmount, bitmask: isAmount, compressedRows: isAmount}),
  },
  update: {seconds: isAmount, measures: isMeasures, layers: isRecordOf(isMeasures)},
  epoch: {
    epoch: isPositive,
    seconds: isAmount,
    metrics: isMeasures,
    measures: isMeasures,
    flops: isObjectWith({
      forward: isAmount,
      backward: isAmount,
      denseGradient: isAmount,
      total: isAmount,
      dense: isAmount,
    }),
    layers: isRecordOf(isMeasures),
  },
  pictures: {
    layers: isListOf((layer) => {
      const {inputs} = layer as {inputs?: unknown};
      return (
        isObjectWith({name: isText, grid: isGrid, fanIn: isHistogram, fanOut: isHistogram})(layer) &&
        (inputs === undefined || isListOf(isCount)(inputs))
      );
    }),
  },
};

function hasFields(value: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, Check>>): boolean {
  return Object.entries(fields).every(([name, check]) => Object.hasOwn(value, name) && check(value[name]));
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((each) => isShallow(each, depth - 1));
}
