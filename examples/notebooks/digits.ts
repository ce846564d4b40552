/** Handwritten digits for the notebooks. */

import * as tf from '@tensorflow/tfjs';
import {type Dataset, firstSamples, oneHot} from 'itop/data';
import {loadMnist} from '../quickstart/loadMnist.ts';

/** Digits as bytes and as tensors: `x [count, 784]` in [0, 1], `y [count, 10]`. */
export interface Digits extends Dataset {
  readonly x: tf.Tensor2D;
  readonly y: tf.Tensor2D;
}

/**
 * MNIST, from the folder `mnist` in `ITOP_DATA`, from the cache of earlier times, or from the web; without these, digits that the
 * library draws. Call it when the backend is set.
 *
 * @param trainCount  of at most 60,000 (20,000 drawn ones)
 * @param testCount   of at most 10,000 (5000 drawn ones)
 */
export async function loadDigits(trainCount: number, testCount: number) {
  const {ITOP_DATA} = process.env;
  const folder = ITOP_DATA && `${ITOP_DATA}/mnist`;
  const {train, test, source} = await loadMnist({folder, download: true, log: console.log});
  return {source, train: toTensors(train, trainCount), test: toTensors(test, testCount)};
}

function toTensors(dataset: Dataset, count: number): Digits {
  const part = firstSamples(dataset, Math.min(count, dataset.count));
  const x = tf.tidy(() => tf.tensor2d(part.inputs, [part.count, 784], 'int32').div<tf.Tensor2D>(255));
  return {...part, x, y: tf.tensor2d(oneHot(part.labels, 10), [part.count, 10])};
}
