import {describeValue} from './describeValue.ts';
import {isObject, isRecord} from './foreignValue.ts';

/** What a value may have to be, in the words of messages. */
const KINDS = {
  // A promise has none of the names that are looked for: who forgot to await it would get the defaults.
  'an object': (value: unknown) => isRecord(value) && !('then' in value),
  'a list': (value: unknown) => Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value),
  'a list of positive integers': (value: unknown) =>
    Array.isArray(value) && value.every((number) => Number.isInteger(number) && number > 0),
  'a number': (value: unknown) => typeof value === 'number' && !Number.isNaN(value),
  'a function': (value: unknown) => typeof value === 'function',
  'a string': (value: unknown) => typeof value === 'string',
  'a tensor': (value: unknown) => isObject(value) && 'rank' in value && 'dtype' in value,
  'a Topology': (value: unknown) => isObject(value) && 'rowPtr' in value && 'colIdx' in value,
  'a LayersModel': (value: unknown) =>
    isObject(value) && 'layers' in value && Array.isArray(value.layers) && 'getConfig' in value,
} as const;

/**
 * Throws unless what a user passed is of a kind.
 *
 * @param where   the function that the user called
 * @param name    of the argument or option
 * @param advice  what to write instead, as a sentence
 * @throws TypeError if it is something else, or missing
 */
export function checkKind(where: string, name: string, kind: keyof typeof KINDS, value: unknown, advice: string): void {
  if (KINDS[kind](value)) return;
  throw new TypeError(`${where}: ${name} must be ${kind}, received ${describeValue(value)}. ${advice}`);
}

/** Throws unless what a user passed is one of these words; the rest as {@link checkKind}. */
export function checkChoice(
  where: string,
  name: string,
  words: readonly string[],
  value: unknown,
  advice: string,
): void {
  if (words.includes(value as string)) return;
  throw new TypeError(
    `${where}: ${name} must be one of ${words.join(', ')}, received ${describeValue(value)}. ${advice}`,
  );
}

/** {@link checkKind} of a model, first of all arguments. */
export function checkModel(where: string, model: unknown): void {
  checkKind(where, 'model', 'a LayersModel', model, 'Pass a model of TensorFlow.js: tf.sequential() or tf.model().');
}

/** Throws unless options that may be left out are an object with names that there are; see {@link checkNames}. */
export function checkOptions<Options extends object>(
  where: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  checkKind(where, 'options', 'an object', options, 'Leave them out for the defaults.');
  checkNames(where, options, names);
}

/** The names of options: all of them, or the compiler says so. */
export type OptionNames<Options> = {readonly [Name in keyof Options]-?: 1};

/**
 * Throws where an option has nearly the name of one that is missing: it would be left aside without a word, and a default taken. Other
 * names are left alone, so that several functions can be given the same settings.
 *
 * @param where    the function that the user called
 * @param options  an object
 * @param names    those that there are
 * @throws TypeError that says which is meant
 */
export function checkNames<Options extends object>(where: string, options: Options, names: OptionNames<Options>): void {
  for (const name of Object.keys(options)) {
    const meant = name in names ? undefined : Object.keys(names).find((known) => isNearly(name, known));
    if (meant === undefined || meant in options) continue;
    throw new TypeError(`${where}: ${meant} must be written so, received ${name}. Correct the name, or leave it out.`);
  }
}

/** True for words that differ in capitals and in one letter at most, or in two that changed places. */
function isNearly(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  const shorter = Math.min(x.length, y.length);
  let begin = 0;
  while (begin < shorter && x[begin] === y[begin]) begin++;
  let end = 0;
  while (end < shorter - begin && x.at(-1 - end) === y.at(-1 - end)) end++;
  const [restX, restY] = [x, y].map((word) => word.slice(begin, word.length - end));
  return Math.max(restX.length, restY.length) <= 1 || (restX.length === 2 && restX === restY[1] + restY[0]);
}
