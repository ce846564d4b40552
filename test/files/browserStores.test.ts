import {IDBFactory, IDBObjectStore} from 'fake-indexeddb';
import {downloadStore, indexedDBStore} from 'itop/files';
import {beforeEach, expect, it, vi} from 'vitest';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

const bytes = (...values: number[]) => Uint8Array.from(values);

it('indexedDBStore gives back what was written last under a name', async () => {
  const [one, two] = [indexedDBStore('one'), indexedDBStore('two')];
  for (const value of [1, 2, 3, 4]) await one.write(bytes(value));
  await two.write(bytes(9));
  expect([...(await one.read())]).toEqual([4]);
  expect([...(await two.read())]).toEqual([9]);
});

it('indexedDBStore keeps the last few', async () => {
  const store = indexedDBStore('one', {keep: 2});
  for (const value of [1, 2, 3]) await store.write(bytes(value));
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('itop-files');
    request.onsuccess = () => resolve(request.result);
  });
  const all = await new Promise<{bytes: Uint8Array}[]>((resolve) => {
    const request = database.transaction('saves').objectStore('saves').getAll();
    request.onsuccess = () => resolve(request.result);
  });
  expect(all.map((save) => [...save.bytes])).toEqual([[2], [3]]);
});

it('indexedDBStore says that there is nothing yet', async () => {
  await expect(indexedDBStore('none').read()).rejects.toThrow(
    new Error('indexedDBStore: "none" must have a save, received none. Start anew, or check the name.'),
  );
});

it('indexedDBStore keeps what there was where the quota is reached', async () => {
  const store = indexedDBStore('one', {keep: 1});
  await store.write(bytes(1));
  const {add} = IDBObjectStore.prototype;
  const request = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
  };
  IDBObjectStore.prototype.add = request;
  try {
    await expect(store.write(bytes(2))).rejects.toThrow(
      'received The quota has been exceeded.. What was saved before is still there.',
    );
  } finally {
    IDBObjectStore.prototype.add = add;
  }
  expect([...(await store.read())]).toEqual([1]);
});

it('indexedDBStore keeps the bytes of a view, not its whole buffer', async () => {
  const store = indexedDBStore('one');
  await store.write(bytes(0, 1, 2, 3).subarray(1, 3));
  const read = await store.read();
  expect([...read]).toEqual([1, 2]);
  expect(read.buffer.byteLength).toBe(2);
});

it('downloadStore leaves the browser time to read what it saves', async () => {
  vi.useFakeTimers();
  const revoke = vi.spyOn(URL, 'revokeObjectURL');
  const link = {click: vi.fn(), href: '', download: ''};
  vi.stubGlobal('document', {createElement: () => link});
  try {
    await downloadStore('a.safetensors').write(bytes(1));
    expect(link.click).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10_000);
    expect(revoke).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(revoke).toHaveBeenCalledExactlyOnceWith(link.href);
  } finally {
    vi.unstubAllGlobals();
    vi.useRealTimers();
    revoke.mockRestore();
  }
});
