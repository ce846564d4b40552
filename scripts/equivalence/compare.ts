import type {Entry, Plain, PlainTensor} from './runtime/recorder.ts';

/** A difference between a script's run with stand-ins and one without. */
export interface Difference {
  /** The action after which it was seen. */
  readonly action: string;
  /** What differs, from the action on: `state.m0.weights.2`. */
  readonly path: string;
  readonly withStandIns: string;
  readonly without: string;
}

/** How far numbers may be apart, relative to the largest of their tensor, but at least to 1. */
export interface Tolerance {
  readonly predictions: number;
  readonly losses: number;
  /** False where what stands in keeps tensors between steps, as recordings do: then they are counted at the end only. */
  readonly countsTensors: boolean;
}

/** Beyond this a training has run away, and roundings with it. */
const WILD = 1e3;

/** Predictions may be so many times as far apart as roundings of training steps have brought the weights, beside their tolerance. */
const AMPLIFIED = 10;

/** The first difference between two runs, or undefined. What comes after an undecidable choice is not compared. */
export function compare(on: readonly Entry[], off: readonly Entry[], tolerance: Tolerance): Difference | undefined {
  let apart = 0;
  for (const [i, actual] of on.entries()) {
    const expected = off[i];
    const action = `${i}: ${actual.label}`;
    if (actual.isClose || expected.isClose || isWild(expected)) return undefined;
    const isPrediction = /^predict|^dense/.test(actual.label);
    const predictions = tolerance.predictions + AMPLIFIED * apart;
    const found =
      differ(actual.error, expected.error, 0, 'error') ??
      differ(actual.value, expected.value, isPrediction ? predictions : tolerance.losses, 'value') ??
      differ(actual.state, expected.state, tolerance.losses, 'state') ??
      (tolerance.countsTensors && !actual.error ? differ(actual.tensors, expected.tensors, 0, 'tensors') : undefined);
    if (found) return {action, ...found};
    apart = distance(weightsOf(actual), weightsOf(expected));
  }
  // tfjs itself leaves tensors behind in an action that throws.
  if (on.some(({error}) => error)) return undefined;
  const [left, kept] = [on, off].map((entries) => entries.reduce((sum, {tensors}) => sum + tensors, 0));
  const found = differ(left, kept, 0, 'tensors in the end');
  return found && {action: 'all', ...found};
}

type Found = Omit<Difference, 'action'>;

function differ(actual: Plain, expected: Plain, tolerance: number, path: string): Found | undefined {
  if (isTensor(actual) && isTensor(expected)) return tensorsDiffer(actual, expected, tolerance, path);
  if (typeof actual === 'number' && typeof expected === 'number') {
    const shape = {dtype: 'number', shape: []};
    return tensorsDiffer({...shape, data: [actual]}, {...shape, data: [expected]}, tolerance, path);
  }
  if (isObject(actual) && isObject(expected)) {
    for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
      const found = differ(actual[key] ?? null, expected[key] ?? null, tolerance, `${path}.${key}`);
      if (found) return found;
    }
    return undefined;
  }
  return actual === expected
    ? undefined
    : {path, withStandIns: JSON.stringify(actual).slice(0, 400), without: JSON.stringify(expected).slice(0, 400)};
}

function tensorsDiffer(actual: PlainTensor, expected: PlainTensor, tolerance: number, path: string): Found | undefined {
  const [a, b] = [Array.from(actual.data), Array.from(expected.data)];
  const describe = ({dtype, shape}: PlainTensor, data: number[], at: number) =>
    `${dtype}[${shape}] ${at < 0 ? '' : `${data[at]} at ${at} of `}${data.slice(0, 12).join(', ')}`;
  const result = (at: number): Found => ({
    path,
    withStandIns: describe(actual, a, at),
    without: describe(expected, b, at),
  });
  const hasForm = actual.dtype === expected.dtype && String(actual.shape) === String(expected.shape);
  if (!hasForm || a.length !== b.length) return result(-1);
  const scale = scaleOf(b);
  const at = a.findIndex((x, i) => !(Object.is(x, b[i]) || Math.abs(x - b[i]) <= tolerance * scale));
  return at < 0 ? undefined : result(at);
}

/** The largest difference between numbers, relative as tolerances are; of the same form. */
function distance(actual: Plain, expected: Plain): number {
  if (!isObject(actual) || !isObject(expected)) return 0;
  if (!isTensor(actual) || !isTensor(expected)) {
    return Object.keys(actual).reduce((most, key) => Math.max(most, distance(actual[key], expected[key])), 0);
  }
  const [a, b] = [Array.from(actual.data), Array.from(expected.data)];
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0) / scaleOf(b);
}

/** The weights of all models, their moving averages among them. */
function weightsOf({state}: Entry): Plain {
  return Object.values(state).map((model) => (isObject(model) ? model.weights : null));
}

function scaleOf(numbers: readonly number[]): number {
  return numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
}

/** True if a number of a run is beyond all bounds, or none. */
function isWild({value, state}: Entry): boolean {
  const isBeyond = (part: Plain): boolean => {
    if (typeof part === 'number') return !(Math.abs(part) < WILD);
    if (isTensor(part)) return part.dtype === 'float32' && Array.from(part.data).some(isBeyond);
    return isObject(part) && Object.values(part).some(isBeyond);
  };
  return isBeyond(value) || isBeyond(state);
}

function isTensor(value: Plain): value is PlainTensor {
  return isObject(value) && 'data' in value;
}

function isObject(value: Plain): value is {[key: string]: Plain} {
  return typeof value === 'object' && value !== null;
}
