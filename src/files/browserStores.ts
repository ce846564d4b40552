import {checkKind, checkOptions} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import type {FileStore} from './store.ts';

/** Options of {@link indexedDBStore}. */
export interface IndexedDBStoreOptions {
  /** Saves that are kept, the oldest go first. @defaultValue 3 */
  readonly keep?: number;
}

/** A save in the database. */
interface Save {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const DATABASE = 'itop-files';
const SAVES = 'saves';

/** Milliseconds for which the bytes of a download stay. */
const KEPT_FOR = 60_000;

/**
 * The database of a browser as a place for `saveCheckpoint` and `saveSparse`. A save is one transaction: it counts as a whole, and the
 * last few are kept.
 *
 * @param name  tells it from others on the same site
 * @throws TypeError if `name` is not a string
 * @throws RangeError if `keep` is not a positive integer
 */
export function indexedDBStore(name: string, options: IndexedDBStoreOptions = {}): FileStore {
  checkKind('indexedDBStore', 'name', 'a string', name, "Write indexedDBStore('digits').");
  checkOptions<IndexedDBStoreOptions>('indexedDBStore', options, {keep: 1});
  const {keep = 3} = options;
  if (!(Number.isSafeInteger(keep) && keep > 0)) {
    throw new RangeError(
      `indexedDBStore: keep must be a positive integer, received ${describeValue(keep)}. Leave it out to keep three.`,
    );
  }
  return {
    write: (bytes) =>
      inDatabase(name, 'readwrite', async (saves) => {
        // Of a view the database would keep the whole buffer.
        const own = bytes.byteLength < bytes.buffer.byteLength ? bytes.slice() : bytes;
        await resultOf(saves.add({name, bytes: own} satisfies Save));
        const keys = await resultOf(saves.index('name').getAllKeys(name));
        for (const key of keys.slice(0, -keep)) saves.delete(key);
      }),
    async read() {
      const save = await inDatabase(name, 'readonly', async (saves) => {
        const cursor = await resultOf(saves.index('name').openCursor(name, 'prev'));
        return cursor?.value as Save | undefined;
      });
      if (save) return save.bytes;
      throw new Error(`indexedDBStore: "${name}" must have a save, received none. Start anew, or check the name.`);
    },
  };
}

/**
 * The folder of downloads of a browser as a place for `saveCheckpoint` and `saveSparse`. To load the file let the user choose it, and
 * pass the `File`.
 *
 * @param fileName  that the browser proposes
 * @throws TypeError if `fileName` is not a string
 */
export function downloadStore(fileName: string): Pick<FileStore, 'write'> {
  checkKind('downloadStore', 'fileName', 'a string', fileName, "Write downloadStore('digits.safetensors').");
  return {
    async write(bytes) {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([bytes]));
      link.download = fileName;
      link.click();
      // A browser may ask where to first, and reads the bytes only then.
      setTimeout(() => URL.revokeObjectURL(link.href), KEPT_FOR);
    },
  };
}

/** Runs one transaction, to its end. */
async function inDatabase<Result>(
  name: string,
  mode: IDBTransactionMode,
  act: (saves: IDBObjectStore) => Promise<Result>,
): Promise<Result> {
  let database: IDBDatabase | undefined;
  try {
    database = await open();
    const transaction = database.transaction(SAVES, mode, {durability: 'strict'});
    const ended = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('a transaction that was given up'));
    });
    const [result] = await Promise.all([act(transaction.objectStore(SAVES)), ended]);
    return result;
  } catch (cause) {
    const [rule, advice] =
      mode === 'readonly'
        ? ['read', 'Check that the page may keep data.']
        : ['read and written', 'What was saved before is still there.'];
    throw new Error(
      `indexedDBStore: "${name}" must be a place that can be ${rule}, received ${(cause as Error).message}. ${advice}`,
      {cause},
    );
  } finally {
    database?.close();
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(SAVES, {autoIncrement: true}).createIndex('name', 'name');
  };
  return resultOf(request);
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
