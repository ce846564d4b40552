import {defaultsFor} from '../settings.ts';
import {ask, change, droppedFiles, settings} from '../store.ts';

/** Hands files to the worker, and begins a run with what they hold. */
export async function readDataFiles(files: FileList | null | undefined): Promise<void> {
  if (!files || files.length === 0) return;
  droppedFiles.value = 'reading files …';
  const read = await Promise.all([...files].map(async (file) => ({name: file.name, bytes: await file.arrayBuffer()})));
  await ask({type: 'files', files: read}, 'files');
  const {density, interval, steps} = defaultsFor('files');
  change({...settings.value, data: 'files', density, interval, steps});
}
