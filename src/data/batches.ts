import {checkKind, checkNames} from '../topology/checkKind.ts';
import type {Random} from '../topology/random.ts';
import {checkDataset, type Dataset, featuresOf} from './dataset.ts';
import type {Normalization} from './normalization.ts';

/** Some samples, ready to become tensors. Every batch has arrays of its own. */
export interface Batch {
  /** `[count, ...sampleShape]`, flat and row-major. */
  readonly inputs: Float32Array;
  /** `[count]`: classes; see {@link oneHot} for losses that want vectors. */
  readonly labels: Int32Array;
  /** Number of samples: `batchSize`, or fewer in the last batch of an epoch. */
  readonly count: number;
}

/** A data set in batches. */
export interface Batches {
  /** Batches that one epoch yields. */
  readonly perEpoch: number;
  /** The batches of one epoch, each made when it is asked for. */
  epoch(): Generator<Batch, void, undefined>;
}

/** What the batches look like. */
export interface BatchOptions {
  /** Samples per batch. */
  readonly batchSize: number;
  /**
   * Changes a sample each time that it is used, for instance `cropAndFlip`: bytes of the sample in, as many bytes out, which
   * may be an array that the next call uses again. @defaultValue samples as they are
   */
  readonly augment?: (sample: Uint8Array) => Uint8Array;
  /** How bytes become numbers. @defaultValue byte / 255 */
  readonly normalization?: Normalization;
  /** Leave out the last batch of an epoch if it is smaller than the others. @defaultValue false */
  readonly dropSmallerLast?: boolean;
}

/**
 * Batches for training: every epoch in a new random order.
 *
 * The order of an epoch depends only on the state of `random` when the epoch begins, one number per sample is drawn then;
 * so training can be continued exactly from a saved state.
 *
 * @throws RangeError if `batchSize` is not an integer in [1, dataset.count], the normalization has the wrong channels, or the data set
 *   has not as many bytes and labels as it says; in an epoch if `augment` returns another number of bytes
 * @throws TypeError if something is of another kind, pixels as floats for instance
 */
export function shuffledBatches(dataset: Dataset, random: Random, options: BatchOptions): Batches {
  checkKind('batches', 'random', 'a function', random, 'Pass seededRandom(1).');
  return batches(dataset, options, () => shuffledOrder(dataset.count, random));
}

/** Batches for evaluation: the samples in their own order; otherwise as {@link shuffledBatches}. */
export function orderedBatches(dataset: Dataset, options: BatchOptions): Batches {
  return batches(dataset, options, () => Int32Array.from({length: dataset.count}, (_, sample) => sample));
}

/**
 * Labels as vectors: `[labels.length, classes]`, flat, 1 at the class and 0 elsewhere.
 *
 * @throws RangeError if `classes` is not a positive integer, or a label not an integer in [0, classes − 1]
 */
export function oneHot(labels: ArrayLike<number>, classes: number): Float32Array {
  checkKind('oneHot', 'classes', 'a number', classes, 'Pass the number of classes.');
  if (!(Number.isInteger(classes) && classes > 0)) {
    throw new RangeError(
      `oneHot: classes must be a positive integer, received ${classes}. Pass the number of classes.`,
    );
  }
  const vectors = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new RangeError(
        `oneHot: labels must be integers in [0, ${classes - 1}], received ${label} at index ${i}. Pass the number of classes.`,
      );
    }
    vectors[i * classes + label] = 1;
  }
  return vectors;
}

/** The numbers 0 … count − 1 in random order, every order equally likely (Fisher and Yates, inside out). */
export function shuffledOrder(count: number, random: Random): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const j = Math.floor(random() * (i + 1));
    order[i] = order[j];
    order[j] = i;
  }
  return order;
}

function batches(dataset: Dataset, options: BatchOptions, nextOrder: () => Int32Array): Batches {
  checkDataset('batches', dataset);
  checkKind('batches', 'options', 'an object', options, 'Write {batchSize: 100}.');
  checkNames<BatchOptions>('batches', options, {batchSize: 1, augment: 1, normalization: 1, dropSmallerLast: 1});
  const {batchSize, augment = (sample) => sample, normalization, dropSmallerLast = false} = options;
  const {inputs, labels, count, sampleShape} = dataset;
  if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= count)) {
    throw new RangeError(
      `batches: batchSize must be an integer in [1, ${count}], received ${batchSize}. ` +
        'Choose at most the number of samples.',
    );
  }
  checkKind('batches', 'augment', 'a function', augment, 'Pass cropAndFlip({shape, random}).');
  const features = featuresOf(dataset);
  const channels = sampleShape[sampleShape.length - 1];
  const table = floatsOfBytes(channels, normalization);
  const perEpoch = dropSmallerLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);

  function makeBatch(samples: Int32Array): Batch {
    const floats = new Float32Array(samples.length * features);
    for (let row = 0; row < samples.length; row++) {
      const begin = samples[row] * features;
      const sample = augment(inputs.subarray(begin, begin + features));
      if (sample?.length !== features) {
        throw new RangeError(
          `batches: augment must return ${features} bytes, as many as a sample has, received ${sample?.length ?? 'none'}. ` +
            "Return an array of the sample's length.",
        );
      }
      for (let i = 0, to = row * features; i < features; i += channels) {
        for (let channel = 0; channel < channels; channel++) floats[to++] = table[channel * 256 + sample[i + channel]];
      }
    }
    return {inputs: floats, labels: Int32Array.from(samples, (sample) => labels[sample]), count: samples.length};
  }

  return {
    perEpoch,
    *epoch() {
      const order = nextOrder();
      for (let i = 0; i < perEpoch; i++) yield makeBatch(order.subarray(i * batchSize, (i + 1) * batchSize));
    },
  };
}

/** `[channels, 256]`: the number that each byte becomes. */
function floatsOfBytes(channels: number, normalization?: Normalization): Float32Array {
  const {mean, std} = normalization ?? {mean: Array(channels).fill(0), std: Array(channels).fill(1)};
  if (
    mean.length !== channels ||
    std.length !== channels ||
    ![...mean, ...std].every(Number.isFinite) ||
    std.some((deviation) => deviation <= 0)
  ) {
    throw new RangeError(
      `batches: normalization must give a mean and a std above 0 for each of ${channels} channels, ` +
        `received mean [${mean}] and std [${std}]. Take it from normalizationOf(dataset).`,
    );
  }
  return Float32Array.from({length: channels * 256}, (_, i) => {
    const channel = i >> 8;
    return ((i & 255) / 255 - mean[channel]) / std[channel];
  });
}
