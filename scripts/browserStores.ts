/** What checkStores runs in a page: a training that is saved, and one that goes on from what was saved. */

import * as tf from '@tensorflow/tfjs';
import {maskedDense, SETScheduler, seededRandom} from 'itop';
import {downloadStore, type FileSource, indexedDBStore, loadCheckpoint, saveCheckpoint} from 'itop/files';

/** Steps before and after the save; an update comes at every third. */
const STEPS = 8;

const store = indexedDBStore('training');

/** Trains, saves in the database and as a download, and trains on. @returns all weights at the end */
async function trainThrough(): Promise<number[][]> {
  const {model, scheduler, train} = start(1);
  await train(0);
  await saveCheckpoint(store, {model, scheduler});
  await saveCheckpoint(downloadStore('training.safetensors'), {model, scheduler});
  await train(STEPS);
  return weightsOf(model);
}

/** Goes on with a training in another model. @param bytes  of the download; the database unless given */
async function trainOn(bytes?: readonly number[]): Promise<number[][]> {
  const {model, scheduler, train} = start(2);
  const source: FileSource = bytes ? new File([Uint8Array.from(bytes)], 'training.safetensors') : store;
  const {step} = await loadCheckpoint(source, {model, scheduler});
  await train(step);
  return weightsOf(model);
}

function start(seed: number) {
  const model = tf.sequential({
    layers: [
      maskedDense({inputShape: [12], units: 16, density: 0.3, activation: 'relu', seed: `${seed}/1`}),
      maskedDense({units: 4, density: 0.5, activation: 'softmax', seed: `${seed}/2`}),
    ],
  });
  model.compile({optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy'});
  const scheduler = new SETScheduler(model, {updateInterval: 3, dropFraction: 0.3, seed});
  const train = async (from: number) => {
    for (let step = from; step < from + STEPS; step++) {
      const random = seededRandom(`batch ${step}`);
      const x = tf.tensor2d(Float32Array.from({length: 96}, random), [8, 12]);
      const y = tf.fill([8, 4], 0.25);
      await model.trainOnBatch(x, y);
      await scheduler.step();
      tf.dispose([x, y]);
    }
  };
  return {model, scheduler, train};
}

function weightsOf(model: tf.LayersModel): number[][] {
  return model.getWeights().map((weight) => [...weight.dataSync()]);
}

await tf.setBackend('cpu');
Object.assign(globalThis, {trainThrough, trainOn});
