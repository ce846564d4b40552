import {describeValue} from '../topology/describeValue.ts';
import {isCount, isRecord} from '../topology/foreignValue.ts';
import {sizeOf} from '../topology/positions.ts';
import {crc32Hex} from './crc32.ts';

/** Bytes that a number of each kind takes, by its name in safetensors. */
const NUMBER_BYTES = {BOOL: 1, U8: 1, I8: 1, F16: 2, I32: 4, F32: 4, I64: 8, F64: 8} as const;

/** Kinds of numbers in a container. */
export type Dtype = keyof typeof NUMBER_BYTES;

/** Numbers in a container. */
export interface Part {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major, little-endian. */
  readonly bytes: Uint8Array;
}

/** Named parts, and what is said of all of them. */
export interface Container {
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: ReadonlyMap<string, Part>;
}

/** Length of the header, as a 64-bit number, before it. */
const LENGTH_BYTES = 8;
/** As other readers of safetensors have it. */
const MAX_HEADER_BYTES = 100_000_000;
/** Of lists and objects within each other, so that whoever goes through them has room on the stack. */
export const MOST_LEVELS = 500;
const METADATA = '__metadata__';
const ADVICE = 'It was damaged or cut off: load it again, or use an earlier one.';

/** An entry of the header. */
interface Entry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

type Header = Readonly<Record<string, Entry>>;

/**
 * A container as the bytes of a file of safetensors: the length of the header, the header in JSON, the parts one after the other.
 *
 * The metadata gets a checksum of each part, `crc32`, and one of the header itself, `checksum`. Other readers of safetensors pass over
 * them.
 *
 * @see https://huggingface.co/docs/safetensors, "Format"
 */
export function encodeContainer({metadata, parts}: Container): Uint8Array<ArrayBuffer> {
  const entries: [string, Entry][] = [];
  const checksums: [string, string][] = [];
  let end = 0;
  for (const [name, {dtype, shape, bytes}] of parts) {
    entries.push([name, {dtype, shape, data_offsets: [end, end + bytes.length]}]);
    checksums.push([name, crc32Hex(bytes)]);
    end += bytes.length;
  }
  const described = {...metadata, crc32: JSON.stringify(Object.fromEntries(checksums))};
  const header = Object.fromEntries(entries);
  const checksum = checksumOf(described, header);
  const json = utf8(JSON.stringify({[METADATA]: {...described, checksum}, ...header}));
  // Spaces at the end, so that the numbers of all parts lie where typed arrays can begin.
  const headerBytes = 8 * Math.ceil(json.length / 8);
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  file.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const {bytes} of parts.values()) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** What is asked of the bytes that {@link decodeContainer} is given. */
export interface DecodeOptions {
  /** The function that the user called, for messages. */
  readonly where: string;
  /** Whether there may be no checksums, as in the files of other programs. @defaultValue false */
  readonly acceptsUnchecked?: boolean;
}

/**
 * The container that {@link encodeContainer} was given. Lengths are checked against the bytes that are there before any memory is taken;
 * the parts share the memory of the file.
 *
 * @throws Error if the bytes are no container, or are damaged, cut off or longer
 */
export function decodeContainer(file: Uint8Array, {where, acceptsUnchecked = false}: DecodeOptions): Container {
  const fail = (rule: string, received: string): never => {
    throw new Error(`${where}: source must ${rule}, received ${received}. ${ADVICE}`);
  };
  // Plain bytes: slices of a Buffer of Node would not be copies.
  const plain = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const {metadata: described, header, data} = split(plain, fail);
  if (described.checksum === undefined && !acceptsUnchecked) {
    fail('be a file that this library has saved', 'one without checksums');
  }
  const {checksum, crc32: crc, ...metadata} = described;
  const checksums = checksum === undefined ? undefined : readJson(crc ?? '');
  if (checksum !== undefined && (!isRecord(checksums) || checksum !== checksumOf({...metadata, crc32: crc}, header))) {
    fail('have the header that was saved', 'one of another checksum');
  }
  const parts = new Map<string, Part>();
  let begin = 0;
  for (const [name, entry] of Object.entries(header).sort(byPlace)) {
    if (!isEntry(entry, begin, data.length)) fail('list its parts one after the other', describeValue({[name]: entry}));
    const {dtype, shape, data_offsets} = entry;
    begin = data_offsets[1];
    const bytes = data.subarray(data_offsets[0], begin);
    if (checksums && (checksums as Record<string, unknown>)[name] !== crc32Hex(bytes)) {
      fail('hold the parts that were saved', `"${name}" with another checksum`);
    }
    parts.set(name, {dtype, shape, bytes});
  }
  if (begin !== data.length) fail(`end with its last part, after ${begin} bytes`, `${data.length} bytes of parts`);
  return {metadata, parts};
}

type Fail = (rule: string, received: string) => never;

/** The pieces of a file, the kinds of the metadata's values checked. */
function split(file: Uint8Array, fail: Fail): {metadata: Record<string, string>; header: Header; data: Uint8Array} {
  if (file.length < LENGTH_BYTES) fail(`have at least ${LENGTH_BYTES} bytes`, String(file.length));
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  const most = Math.min(file.length - LENGTH_BYTES, MAX_HEADER_BYTES);
  if (length > BigInt(most)) fail(`have a header of at most ${most} bytes`, `one of ${length}`);
  const end = LENGTH_BYTES + Number(length);
  const json = readJson(textOf(file.subarray(LENGTH_BYTES, end)) ?? '');
  if (!isRecord(json)) fail('have a header in JSON', describeValue(textOf(file.subarray(LENGTH_BYTES, end))));
  const {[METADATA]: metadata = {}, ...header} = json as Record<string, unknown>;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    fail('have metadata of texts', describeValue(metadata));
  }
  return {metadata: metadata as Record<string, string>, header: header as Header, data: file.subarray(end)};
}

/** By where parts begin, then end: other programs list theirs in any order. An entry that says nothing of it is found to be none later. */
function byPlace(
  [, a]: readonly [string, Partial<Entry> | null],
  [, b]: readonly [string, Partial<Entry> | null],
): number {
  const placeOf = (entry: Partial<Entry> | null, end: 0 | 1) => Number(entry?.data_offsets?.[end] ?? 0);
  return placeOf(a, 0) - placeOf(b, 0) || placeOf(a, 1) - placeOf(b, 1);
}

/** True for the entry of a part that begins where the last one ended, and lies in the file. */
function isEntry(entry: unknown, begin: number, length: number): entry is Entry {
  if (!isRecord(entry)) return false;
  const {dtype, shape, data_offsets: offsets, ...rest} = entry;
  return (
    typeof dtype === 'string' &&
    Object.hasOwn(NUMBER_BYTES, dtype) &&
    Array.isArray(shape) &&
    shape.every(isCount) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(isCount) &&
    offsets[0] === begin &&
    offsets[1] <= length &&
    offsets[1] - begin === sizeOf(shape) * NUMBER_BYTES[dtype as Dtype] &&
    Object.keys(rest).length === 0
  );
}

/** A file is little-endian; so is every machine that runs JavaScript today. */
export function partOf(numbers: Float32Array | Int32Array | Int8Array | Uint8Array, shape: readonly number[]): Part {
  const {buffer, byteOffset, byteLength} = numbers;
  return {dtype: dtypeOf(numbers), shape, bytes: new Uint8Array(buffer, byteOffset, byteLength)};
}

function dtypeOf(numbers: Float32Array | Int32Array | Int8Array | Uint8Array): Dtype {
  if (numbers instanceof Float32Array) return 'F32';
  if (numbers instanceof Int32Array) return 'I32';
  return numbers instanceof Int8Array ? 'I8' : 'U8';
}

/** The numbers of a part of this kind, in memory of their own. */
export function float32Of({bytes}: Part): Float32Array<ArrayBuffer> {
  return new Float32Array(bytes.slice().buffer);
}

/** As {@link float32Of}. */
export function int32Of({bytes}: Part): Int32Array<ArrayBuffer> {
  return new Int32Array(bytes.slice().buffer);
}

/** A value of plain JSON as a part. */
export function jsonPart(value: unknown): Part {
  const bytes = utf8(JSON.stringify(value));
  return {dtype: 'U8', shape: [bytes.length], bytes};
}

/** The value of a {@link jsonPart}; undefined if it is none, or nested deeper than {@link MOST_LEVELS}. */
export function jsonOf({bytes}: Part): unknown {
  const text = textOf(bytes);
  return text === undefined ? undefined : readJson(text);
}

function checksumOf(metadata: object, header: object): string {
  return crc32Hex(utf8(JSON.stringify([metadata, header])));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    return undefined;
  }
}

function readJson(text: string): unknown {
  try {
    const value = JSON.parse(text);
    return isDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether lists and objects stand within each other beyond {@link MOST_LEVELS}. */
function isDeep(value: unknown): boolean {
  const isNested = (each: unknown): each is object => typeof each === 'object' && each !== null;
  let level = [value].filter(isNested);
  for (let levels = 1; level.length > 0; levels++) {
    if (levels > MOST_LEVELS) return true;
    level = level.flatMap((each) => Object.values(each).filter(isNested));
  }
  return false;
}
