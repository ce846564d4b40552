import type {DroppedFile} from '../protocol.ts';
import {defaultsFor} from '../settings.ts';
import {ask, change, failure, notice, settings} from '../store.ts';

/** Hands files to the worker, and begins a run with what they hold. */
export async function readDataFiles(files: FileList | null | undefined): Promise<void> {
  if (!files || files.length === 0) return;
  const before = notice.value;
  notice.value = 'reading files …';
  const read = await bytesOf([...files]);
  const answer = read && (await ask({type: 'files', files: read}, 'files'));
  if (!answer) {
    notice.value = before;
    return;
  }
  const {density, interval, steps} = defaultsFor('files');
  change({...settings.value, data: 'files', density, interval, steps});
  notice.value = answer.text;
}

/** @returns undefined if the browser cannot read one of them, a folder for instance, which the page says then */
async function bytesOf(files: readonly File[]): Promise<DroppedFile[] | undefined> {
  try {
    return await Promise.all(files.map(async (file) => ({name: file.name, bytes: await file.arrayBuffer()})));
  } catch (error) {
    failure.value = `files: the browser must be able to read them, received "${(error as Error).message}". Folders cannot be read.`;
    return undefined;
  }
}
