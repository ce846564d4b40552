import * as tf from '@tensorflow/tfjs';
import {type Random, seededRandom} from 'itop';

/** Microarrays of tissues as tensors, to train or to test with. */
export interface MicroarrayBatch {
  /** `[count, genes]`: how strongly each gene is expressed; variance about 1. */
  readonly x: tf.Tensor2D;
  /** `[count, classes]`: which kind of tissue it is, one-hot. */
  readonly y: tf.Tensor2D;
  readonly labels: readonly number[];
}

/** Of the genes of a class, how many differ from the average. */
const DIFFERENT = 0.1;

/**
 * Makes up microarrays: each class has genes of its own that are expressed more or less than usual, under noise that is as
 * strong. A stand-in for data with many inputs and few samples.
 *
 * @param seed  the same seed gives the same classes and samples
 * @returns a function that makes the next batches, with equally many samples of each class
 */
export function microarrays(genes: number, classes: number, seed: string) {
  const random = seededRandom(seed);
  const profiles = Array.from({length: classes}, () =>
    Float32Array.from({length: genes}, () => (random() < DIFFERENT ? spread(random) : 0)),
  );
  let next = 0;

  function batch(count: number): MicroarrayBatch {
    const labels = Array.from({length: count}, () => next++ % classes);
    const x = new Float32Array(count * genes);
    labels.forEach((label, sample) => {
      for (let gene = 0; gene < genes; gene++) x[sample * genes + gene] = profiles[label][gene] + spread(random);
    });
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classes).toFloat() as tf.Tensor2D);
    return {x: tf.tensor2d(x, [count, genes]), y, labels};
  }

  return (batches: number, count: number) => Array.from({length: batches}, () => batch(count));
}

/** Share of the samples that the model names right. */
export function accuracyOf(model: tf.LayersModel, batches: readonly MicroarrayBatch[]): number {
  let right = 0;
  let total = 0;
  for (const {x, labels} of batches) {
    const classes = tf.tidy(() => (model.predict(x) as tf.Tensor).argMax(1).dataSync());
    right += labels.filter((label, i) => label === classes[i]).length;
    total += labels.length;
  }
  return right / total;
}

/** Uniform, mean 0, variance 1. */
function spread(random: Random): number {
  return Math.sqrt(12) * (random() - 0.5);
}
