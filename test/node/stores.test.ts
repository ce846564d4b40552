import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileStore, folderStore} from 'itop/node';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'itop-stores-'));
});
afterEach(() => rmSync(folder, {recursive: true}));

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('fileStore', () => {
  it('keeps what was written last, in a folder that it makes', async () => {
    const store = fileStore(join(folder, 'runs/a.safetensors'));
    await store.write(bytes(1, 2));
    await store.write(bytes(3));
    expect([...(await store.read())]).toEqual([3]);
    expect(readdirSync(join(folder, 'runs'))).toEqual(['a.safetensors']);
  });

  it('says what cannot be written, and leaves the rest as it is', async () => {
    writeFileSync(join(folder, 'file'), 'text');
    await expect(fileStore(join(folder, 'file/inside')).write(bytes(1))).rejects.toThrow(
      /^fileStore: "inside" must be a place that can be read and written, received .*\. What was saved before is still there\.$/,
    );
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('text');
  });
});

describe('folderStore', () => {
  it('keeps the last saves, and reads the latest', async () => {
    const store = folderStore(folder, {keep: 2});
    for (const value of [1, 2, 3]) await store.write(bytes(value));
    expect(readdirSync(folder).sort()).toEqual(['000000002.safetensors', '000000003.safetensors']);
    expect([...(await store.read())]).toEqual([3]);
    expect([...(await fileStore(join(folder, '000000002.safetensors')).read())]).toEqual([2]);
  });

  it.each([1, 3, 4, 5, 7])('keeps %i saves, once there are as many', async (keep) => {
    const store = folderStore(folder, {keep});
    for (let saves = 1; saves <= 9; saves++) {
      await store.write(bytes(saves));
      expect(readdirSync(folder)).toHaveLength(Math.min(saves, keep));
    }
    expect([...(await store.read())]).toEqual([9]);
  });

  it('passes over what is no save, and clears away what a save that was cut off left', async () => {
    const store = folderStore(folder);
    await store.write(bytes(1));
    writeFileSync(join(folder, '000000002.safetensors.17-0.part'), 'half');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    expect([...(await store.read())]).toEqual([1]);
    await store.write(bytes(2));
    expect(readdirSync(folder).sort()).toEqual(['000000001.safetensors', '000000002.safetensors', 'notes.txt']);
  });

  it('says that there is no save yet, in a folder that is empty or missing', async () => {
    const none = '"none" must have a save, received none. Start anew, or check the path.';
    await expect(folderStore(join(folder, 'none')).read()).rejects.toThrow(new Error(`folderStore: ${none}`));
    mkdirSync(join(folder, 'none'));
    await expect(folderStore(join(folder, 'none')).read()).rejects.toThrow(new Error(`folderStore: ${none}`));
    rmSync(join(folder, 'none'), {recursive: true});
    await expect(fileStore(join(folder, 'none')).read()).rejects.toThrow(new Error(`fileStore: ${none}`));
  });

  it('says what cannot be read, and nothing of what was saved before', async () => {
    writeFileSync(join(folder, 'file'), 'text');
    await expect(folderStore(join(folder, 'file')).read()).rejects.toThrow(
      /^folderStore: "file" must be a place that can be read, received ENOTDIR.*\. Check the path\.$/,
    );
    await expect(fileStore(folder).read()).rejects.toThrow(
      / must be a place that can be read, received EISDIR.*\. Check the path\.$/,
    );
  });
});
