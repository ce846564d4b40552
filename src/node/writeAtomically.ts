import {open, rename, rm} from 'node:fs/promises';
import {dirname} from 'node:path';

let written = 0;

/**
 * Writes a file whole or not at all, whatever happens meanwhile: under a temporary name beside it, brought to the disk, then renamed.
 * The folder must be there.
 *
 * @throws Error of the system, where the disk is full for instance; what was there stays
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}-${written++}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, {force: true});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Brings the names in a folder to the disk. Windows does that by itself and has no call for it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
