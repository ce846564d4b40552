import fc from 'fast-check';

/**
 * Runs of a property with hostile inputs: the environment variable ITOP_HOSTILE multiplies them, for long runs. Failures are shown as they
 * came: making them smaller takes long.
 */
export function hostileRuns(few: number): {numRuns: number; endOnFailure: boolean} {
  return {numRuns: few * Number(process.env.ITOP_HOSTILE ?? 1), endOnFailure: true};
}

/** One change: where, which kind, and with what; numbers are taken modulo what there is. */
type Change = readonly [where: number, how: number, what: number];

/** From one change to three, since some damage shows only where two parts contradict each other. */
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), {minLength: 1, maxLength: 3});

/** Copies of plain JSON with changed values, keys and order. */
export function mutatedValues(original: unknown): fc.Arbitrary<unknown> {
  return changes.map((list) => list.reduce<unknown>(changedValue, structuredClone(original)));
}

/** Copies of a text with characters, lines and keys that were changed, cut off, doubled or swapped. */
export function mutatedText(original: string): fc.Arbitrary<string> {
  return changes.map((list) => list.reduce(changedText, original));
}

/** Copies of bytes that were changed, cut off, doubled or swapped. */
export function mutatedBytes(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  return changes.map((list) => list.reduce(changedBytes, original));
}

/** Values of every kind that JSON and callers can bring, and of every size. */
export function wildValue(what: number): unknown {
  const numbers = [0, -0, 1, -1, 0.5, -0.5, 2, 7, 255, 1e6, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e15];
  const extremes = [1e308, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const others = [null, undefined, true, false, '', 'text', '1', '<b onclick="alert(1)">', 'A'.repeat(70_000)];
  const objects = [
    [],
    {},
    [[]],
    [null],
    nested(1000),
    nested(20_000),
    JSON.parse('{"__proto__": {"polluted": true}, "length": 1e9}'),
  ];
  const all = [...numbers, ...extremes, ...others, ...objects];
  return all[what % all.length];
}

/** Lists within lists. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

/** Every value inside a value. */
function placesIn(value: unknown): Place[] {
  const places: Place[] = [];
  const open = [value];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    if (typeof parent !== 'object' || parent === null) continue;
    for (const key of Object.keys(parent)) {
      places.push({parent: parent as Record<string, unknown>, key});
      open.push((parent as Record<string, unknown>)[key]);
    }
  }
  return places;
}

function changedValue(root: unknown, [where, how, what]: Change): unknown {
  const places = placesIn(root);
  if (places.length === 0 || where % 50 === 0) return wildValue(what);
  const {parent, key} = places[where % places.length];
  const value = parent[key];
  const define = (name: string, next: unknown) =>
    Object.defineProperty(parent, name, {value: next, writable: true, enumerable: true, configurable: true});
  const kinds: readonly (() => void)[] = [
    () => define(key, wildValue(what)),
    () => (Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key]),
    () => (Array.isArray(parent) ? parent.splice(Number(key), 0, value) : define(`${key}2`, value)),
    () =>
      !Array.isArray(parent) && define(['__proto__', 'constructor', 'toString', 'toJSON'][what % 4], {polluted: true}),
    () => {
      const other = places[what % places.length];
      [parent[key], other.parent[other.key]] = [other.parent[other.key], value];
    },
    () => Array.isArray(value) && value.reverse(),
    () =>
      typeof value === 'number' &&
      define(key, [value + 1, value - 1, 2 * value, -value, value + 0.5, value / 3][what % 6]),
    () => typeof value === 'string' && define(key, changedText(value, [what, where, how])),
  ];
  kinds[how % kinds.length]();
  return root;
}

function changedText(text: string, [where, how, what]: Change): string {
  const at = where % (text.length + 1);
  const end = Math.min(text.length, at + 1 + (what % 40));
  const rows = text.split('\n');
  const row = where % rows.length;
  const other = what % rows.length;
  const insert = [
    '\0',
    '\0'.repeat(600),
    '\uFEFF',
    '\n',
    '\r\n',
    '9',
    '-',
    'e308',
    '"',
    '{',
    '}',
    '[['.repeat(500),
    'é',
    ',',
  ];
  const kinds: readonly (() => string)[] = [
    () => text.slice(0, at) + text.slice(end),
    () => text.slice(0, at),
    () => text.slice(0, at) + insert[what % insert.length] + text.slice(at),
    () => text.slice(0, at) + String.fromCharCode(32 + (what % 95)) + text.slice(at + 1),
    () => text.slice(0, end) + text.slice(at),
    () => rows.filter((_, i) => i !== row).join('\n'),
    () => rows.map((each, i) => (i === row ? rows[other] : i === other ? rows[row] : each)).join('\n'),
    () => rows.flatMap((each, i) => (i === row ? [each, each] : [each])).join('\n'),
    () => text.slice(0, at) + text.slice(at).replace('\n', ''),
    () => text.slice(0, at) + text.slice(at).replace(/"(\w+)":/, `"$1":${1 + (what % 9)},"$1":`),
  ];
  return kinds[how % kinds.length]();
}

function changedBytes(bytes: Uint8Array, [where, how, what]: Change): Uint8Array {
  // Half of the changes hit the head, where formats keep their lengths.
  const at = bytes.length === 0 ? 0 : where % (where % 2 === 0 ? bytes.length : Math.min(bytes.length, 20));
  const join = (...parts: ArrayLike<number>[]) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
  const kinds: readonly (() => Uint8Array)[] = [
    () => bytes.map((byte, i) => (i === at ? byte ^ (1 << (what % 8)) : byte)),
    () => bytes.map((byte, i) => (i === at ? [0, 1, 127, 128, 255][what % 5] : byte)),
    () => bytes.slice(0, at),
    () => join(bytes.subarray(0, at), bytes.subarray(at + 1 + (what % 9))),
    () => join(bytes.subarray(0, at), new Uint8Array(1 + (what % 9)), bytes.subarray(at)),
    () => join(bytes, bytes.subarray(at)),
    () => bytes.map((byte, i) => (i >= at && i < at + 4 ? 255 : byte)),
  ];
  return kinds[how % kinds.length]();
}

/** Where two values of plain JSON differ: paths like `layers.0.name`. */
export function differences(a: unknown, b: unknown, path = ''): string[] {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isObject(a) || !isObject(b)) return Object.is(a, b) || (a === 0 && b === 0) ? [] : [path];
  if (Array.isArray(a) !== Array.isArray(b)) return [path];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differences(a[key], b[key], path === '' ? key : `${path}.${key}`));
}

const MOST_MILLISECONDS = 5000;
const MOST_BYTES = 2 ** 29;
/** What the engine says by itself, where code was not prepared for a value. */
const UNPREPARED =
  /Cannot (read|destructure|convert)|is not (a function|iterable|defined)|call stack|rray length|buffer alloc/;

/**
 * What a parser makes of an input; undefined if it refuses it in one clear sentence. Throws if it does anything else: if it takes long
 * or much memory, changes what all objects have, or is taken by surprise.
 */
export async function outcomeOf<Result>(parse: () => Result | Promise<Result>): Promise<Result | undefined> {
  const [began, before] = [performance.now(), process.memoryUsage.rss()];
  let result: Result | undefined;
  try {
    result = await parse();
  } catch (error) {
    const {message} = error as Error;
    if (!/^\S[\s\S]*received [\s\S]*\.$/.test(message) || UNPREPARED.test(message)) throw error;
  }
  const taken = performance.now() - began;
  const grown = process.memoryUsage.rss() - before;
  if (taken > MOST_MILLISECONDS || grown > MOST_BYTES) throw new Error(`took ${taken} ms and ${grown} bytes`);
  if ('polluted' in Object.prototype || 'polluted' in Array.prototype) throw new Error('polluted a prototype');
  return result;
}
