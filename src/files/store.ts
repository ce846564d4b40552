import type * as tf from '@tensorflow/tfjs';
import {checkKind} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';

/** Keeps one file, whole or not at all: a file or folder in Node, a database in a browser, or a place of your own. */
export interface FileStore {
  /** Keeps these bytes; what was kept before stays if this fails. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The bytes that were kept last. */
  read(): Promise<Uint8Array>;
}

/** Where a file goes: a store, or any IO handler of TensorFlow.js that saves, such as `tf.io.http(…)`. */
export type FileTarget = Pick<FileStore, 'write'> | Required<Pick<tf.io.IOHandler, 'save'>>;

/** Where a file comes from: a store, an IO handler that loads, an address to fetch, a `File` that a user chose, or bytes. */
export type FileSource =
  | Pick<FileStore, 'read'>
  | Required<Pick<tf.io.IOHandler, 'load'>>
  | string
  | URL
  | Blob
  | Uint8Array
  | ArrayBuffer;

/** Limits of a file that is read. */
export interface ReadOptions {
  /** Bytes that a file may have, also one that is given as bytes; more are not read. @defaultValue 2^30 */
  readonly maxBytes?: number;
}

const MAX_BYTES = 2 ** 30;

/** Throws a TypeError unless a file can be given to the target; before anything is made for it. */
export function checkTarget(where: string, target: FileTarget): void {
  if (canDo(target, 'write') || canDo(target, 'save')) return;
  throw new TypeError(
    `${where}: target must be a store or an IO handler, received ${describeValue(target)}. Pass fileStore(path) of ` +
      'itop/node, or indexedDBStore(name).',
  );
}

/** Gives a file to a target that {@link checkTarget} let pass. */
export async function writeTarget(where: string, target: FileTarget, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if ('write' in target) await target.write(bytes);
  // A handler sees a model without layers, whose weights are the file.
  else await target.save({modelTopology: {savedBy: where}, weightSpecs: [], weightData: bytes.buffer});
}

/**
 * The bytes of a file. What a server sends is counted as it comes.
 *
 * @param where  the function that the user called, for messages
 * @throws TypeError if the source is none
 * @throws RangeError if the file is larger than the limit
 * @throws Error if it cannot be read
 */
export async function readSource(
  where: string,
  source: FileSource,
  {maxBytes = MAX_BYTES}: ReadOptions,
): Promise<Uint8Array> {
  checkKind(where, 'maxBytes', 'a number', maxBytes, 'Leave it out for 2 ** 30.');
  const limit = (bytes: number) => {
    if (bytes <= maxBytes) return;
    throw new RangeError(
      `${where}: source must have at most ${maxBytes} bytes, received ${bytes}. If a file that large was saved, pass a higher maxBytes.`,
    );
  };
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) {
    limit(source.byteLength);
    return source instanceof Uint8Array ? source : new Uint8Array(source);
  }
  if (source instanceof Blob) {
    limit(source.size);
    return new Uint8Array(await source.arrayBuffer());
  }
  if (typeof source === 'string' || source instanceof URL) return fetched(where, source, limit);
  if (canDo(source, 'read')) {
    const bytes = await (source as FileStore).read();
    limit(bytes.length);
    return bytes;
  }
  if (canDo(source, 'load')) {
    const {weightData = new ArrayBuffer(0)} = await (source as Required<Pick<tf.io.IOHandler, 'load'>>).load();
    const buffers = [weightData].flat();
    limit(buffers.reduce((sum, {byteLength}) => sum + byteLength, 0));
    return new Uint8Array(await new Blob(buffers).arrayBuffer());
  }
  throw new TypeError(
    `${where}: source must be a store, an IO handler, an address, a File or bytes, received ${describeValue(source)}. ` +
      'Pass what the file was saved to.',
  );
}

async function fetched(where: string, address: string | URL, limit: (bytes: number) => void): Promise<Uint8Array> {
  const fail = (
    received: string,
    cause?: unknown,
    advice = 'For a file in Node pass fileStore(path) of itop/node.',
  ) => {
    throw new Error(
      `${where}: source must be an address that can be fetched, received ${describeValue(String(address))}, which ${received}. ${advice}`,
      {cause},
    );
  };
  const response = await fetch(address).catch((cause) => fail(`fails: ${(cause as Error).message}`, cause));
  const reader = response.body?.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    if (!response.ok || !reader) return fail(`gives the status ${response.status}`);
    limit(Number(response.headers.get('content-length') ?? 0));
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      length += piece.value.length;
      limit(length);
      pieces.push(piece.value);
    }
  } finally {
    // A download that is refused must not go on.
    reader?.cancel().catch(() => {});
  }
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  if (!isPage(bytes)) return bytes;
  return fail('gives an HTML page', undefined, 'Check the address: many servers send a page where a file is missing.');
}

/** True for the beginning of an HTML page, which no file of this library has. */
function isPage(bytes: Uint8Array): boolean {
  return /^\s*<(!doctype|!--|html|head)/i.test(new TextDecoder().decode(bytes.subarray(0, 256)));
}

function canDo(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}
