/** Saves one checkpoint after the other, from the last one on, and prints the number of each when it is saved; until it is killed. */
import * as tf from '@tensorflow/tfjs';
import {loadCheckpoint, saveCheckpoint} from 'itop/files';
import {folderStore} from 'itop/node';
import {numberedModel, setNumber} from './savedModel.ts';

await tf.setBackend('cpu');
const store = folderStore(process.argv[2], {keep: 3});
const model = numberedModel();
const last = await loadCheckpoint(store, {model}).catch((error: Error) => {
  if (!/must have a save, received none/.test(error.message)) throw error;
  return {data: {n: 0}};
});
for (let n = (last.data as {n: number}).n + 1; ; n++) {
  setNumber(model, n);
  await saveCheckpoint(store, {model, data: {n}});
  process.stdout.write(`${n}\n`);
}
