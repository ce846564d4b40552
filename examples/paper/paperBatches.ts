import * as tf from '@tensorflow/tfjs';
import {
  type Batch,
  type Batches,
  cropAndFlip,
  type Dataset,
  oneHot,
  orderedBatches,
  type RandomState,
  type SeededRandom,
  seededRandom,
  shuffledBatches,
} from 'itop/data';
import type {PaperData} from './paperData.ts';
import type {RunSettings} from './settings.ts';

/** The randomness of the batches of a training. */
export interface BatchSources {
  readonly order: SeededRandom;
  readonly augmentation: SeededRandom;
}

/** The states of {@link BatchSources}, as plain JSON. */
export type BatchStates = Readonly<Record<keyof BatchSources, RandomState>>;

/** Sources for a training of its own, or for one that goes on. */
export function batchSources(seed: number, states?: BatchStates): BatchSources {
  return {
    order: seededRandom(states?.order ?? `${seed}/batches`),
    augmentation: seededRandom(states?.augmentation ?? `${seed}/augmentation`),
  };
}

/** Batches for training, in an order and with an augmentation of the seed's. */
export function trainingBatches(
  {batchSize, seed}: Pick<RunSettings, 'batchSize' | 'seed'>,
  {train, normalization, isAugmented}: PaperData,
  {order, augmentation} = batchSources(seed),
): Batches {
  const augment = cropAndFlip({shape: train.sampleShape, random: augmentation});
  return shuffledBatches(train, order, {
    batchSize,
    normalization,
    ...(isAugmented ? {augment} : {}),
  });
}

/** Share of the first learning rate that is left. */
export function decay(progress: number): number {
  return progress < 0.5 ? 1 : progress < 0.75 ? 0.1 : 0.01;
}

/** The inputs of a model, and `[batch, classes]`. */
export function tensors(batch: Batch, model: tf.LayersModel, {classes}: Dataset): [tf.Tensor, tf.Tensor2D] {
  return [inputTensor(batch, model), tf.tensor2d(oneHot(batch.labels, classes), [batch.count, classes])];
}

/** `[batch, features]` or `[batch, height, width, channels]`, whichever the model takes. */
function inputTensor({inputs, count}: Batch, model: tf.LayersModel): tf.Tensor {
  const [, ...shape] = model.inputs[0].shape as number[];
  return tf.tensor(inputs, [count, ...shape]);
}

/** Share of the images classified correctly, not augmented. */
export async function accuracy(model: tf.LayersModel, images: Dataset, {normalization}: PaperData): Promise<number> {
  let correct = 0;
  const batches = orderedBatches(images, {batchSize: Math.min(1000, images.count), normalization});
  for (const batch of batches.epoch()) {
    const {labels} = batch;
    const classes = tf.tidy(() => (model.predict(inputTensor(batch, model)) as tf.Tensor).argMax(1));
    (await classes.data()).forEach((predicted, i) => {
      if (predicted === labels[i]) correct++;
    });
    classes.dispose();
  }
  return correct / images.count;
}
