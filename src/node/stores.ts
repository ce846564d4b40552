import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {checkOptions} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import {writeAtomically} from './writeAtomically.ts';

/** Keeps one file whole, also where a save is cut off; see `FileStore` of `itop/files`. */
export interface NodeFileStore {
  /** Writes under a temporary name, brings it to the disk, then renames it. */
  write(bytes: Uint8Array): Promise<void>;
  /** The bytes that were written last; throws if there are none. */
  read(): Promise<Uint8Array>;
}

/** Options of {@link folderStore}. */
export interface FolderStoreOptions {
  /** Saves that are kept, the oldest go first. @defaultValue 3 */
  readonly keep?: number;
}

/**
 * A file as a place for `saveCheckpoint` and `saveSparse`: a save that is cut off leaves what was there before.
 *
 * @param path  of the file; its folder is made if it is missing
 * @throws TypeError if `path` is not a string with characters
 */
export function fileStore(path: string): NodeFileStore {
  checkPath('fileStore', path);
  return {
    write: (bytes) => guardedWrite('fileStore', path, () => write(path, bytes)),
    read: () => guardedRead('fileStore', path, () => whereThere(readFile(path))),
  };
}

/** Names of saves: their number, with zeros so that names sort as numbers do. */
const SAVED = /^(\d{9,15})\.safetensors$/;
/** What a save that was cut off leaves behind. */
const CUT_OFF = /^\d{9,15}\.safetensors\.\d+-\d+\.part$/;

/**
 * A folder as a place for `saveCheckpoint`: each save is a file of its own, numbered, and the last few are kept. To go back to an earlier
 * one read it with `fileStore(path)`.
 *
 * @param path  of the folder, which is made if it is missing; for one training at a time
 * @throws TypeError if `path` is not a string with characters
 * @throws RangeError if `keep` is not a positive integer
 */
export function folderStore(path: string, options: FolderStoreOptions = {}): NodeFileStore {
  checkPath('folderStore', path);
  checkOptions<FolderStoreOptions>('folderStore', options, {keep: 1});
  const {keep = 3} = options;
  if (!(Number.isSafeInteger(keep) && keep > 0)) {
    throw new RangeError(
      `folderStore: keep must be a positive integer, received ${describeValue(keep)}. Leave it out to keep three.`,
    );
  }
  return {
    write: (bytes) =>
      guardedWrite('folderStore', path, async () => {
        await mkdir(path, {recursive: true});
        const last = Number(SAVED.exec((await namesIn(path)).at(-1) ?? '')?.[1] ?? 0);
        await write(join(path, `${String(last + 1).padStart(9, '0')}.safetensors`), bytes);
        // Now the new one counts.
        const cutOff = (await readdir(path)).filter((name) => CUT_OFF.test(name));
        const stale = [...cutOff, ...(await namesIn(path)).slice(0, -keep)];
        for (const name of stale) await rm(join(path, name), {force: true});
      }),
    read: () =>
      guardedRead('folderStore', path, async () => {
        const name = (await whereThere(namesIn(path)))?.at(-1);
        return name === undefined ? undefined : readFile(join(path, name));
      }),
  };
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), {recursive: true});
  await writeAtomically(path, bytes);
}

/** Names of the saves in a folder, the latest last. */
async function namesIn(path: string): Promise<string[]> {
  const names = (await readdir(path)).filter((name) => SAVED.test(name));
  return names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

function checkPath(where: string, path: string): void {
  if (typeof path === 'string' && path !== '') return;
  throw new TypeError(
    `${where}: path must be a name, received ${describeValue(path)}. Write ${where}('runs/checkpoints').`,
  );
}

/** What is read; undefined where there is no file or folder of that name. */
async function whereThere<Result>(reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Says which file an error of the system is about, and that there is no save where nothing is read. */
async function guardedRead(
  where: string,
  path: string,
  read: () => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  const bytes = await read().catch((cause) => {
    throw failure(`${where}: "${basename(path)}" must be a place that can be read`, cause, 'Check the path.');
  });
  if (bytes !== undefined) return bytes;
  throw new Error(`${where}: "${basename(path)}" must have a save, received none. Start anew, or check the path.`);
}

/** Says which file an error of the system is about. */
async function guardedWrite(where: string, path: string, act: () => Promise<void>): Promise<void> {
  await act().catch((cause) => {
    const rule = `${where}: "${basename(path)}" must be a place that can be read and written`;
    throw failure(rule, cause, 'What was saved before is still there.');
  });
}

function failure(rule: string, cause: unknown, advice: string): Error {
  return new Error(`${rule}, received ${(cause as Error).message}. ${advice}`, {cause});
}
