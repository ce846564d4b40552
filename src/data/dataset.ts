import {checkKind} from '../topology/checkKind.ts';
import {checkBytes} from './checkBytes.ts';

/**
 * Labelled images, as bytes: a quarter of the memory of floats, turned into floats batch by batch (see `shuffledBatches`).
 */
export interface Dataset {
  /** `[count, ...sampleShape]`, flat and row-major: the pixels, 0 … 255. */
  readonly inputs: Uint8Array;
  /** `[count]`: the class of each sample, 0 … classes − 1. */
  readonly labels: Uint8Array;
  /** Number of samples. */
  readonly count: number;
  /** Shape of one sample, channels last: `[28, 28, 1]` for MNIST, `[32, 32, 3]` for CIFAR-10. */
  readonly sampleShape: readonly number[];
  /** Number of classes. */
  readonly classes: number;
}

/** Numbers in one sample: the product of `sampleShape`. */
export function featuresOf(dataset: Dataset): number {
  return dataset.sampleShape.reduce((product, dimension) => product * dimension, 1);
}

/**
 * Throws unless this is a data set: batches of anything else would hold NaN.
 *
 * @throws TypeError if it holds something else than bytes
 * @throws RangeError if it has not as many bytes and labels as samples
 */
export function checkDataset(where: string, dataset: Dataset): void {
  checkKind(where, 'dataset', 'an object', dataset, 'Pass what datasetFromIdx or parseCifar10 returned.');
  const {inputs, labels, count, sampleShape} = dataset;
  checkBytes(where, 'inputs', inputs, 'Give pixels as bytes, 0 to 255, which become numbers batch by batch.');
  checkKind(where, 'labels', 'a list', labels, 'Give the class of each sample.');
  checkKind(where, 'sampleShape', 'a list of positive integers', sampleShape, 'Write [28, 28, 1].');
  const features = featuresOf(dataset);
  if (Number.isInteger(count) && count > 0 && inputs.length === count * features && labels.length === count) return;
  throw new RangeError(
    `${where}: dataset must have ${features} bytes and a label for each sample, received ${inputs.length} bytes and ` +
      `${labels.length} labels for ${count} samples of shape [${sampleShape}]. Correct count or sampleShape.`,
  );
}

/**
 * The first `count` samples, without copying: both data sets share their memory.
 *
 * @throws RangeError if `count` is not an integer in [1, dataset.count]
 */
export function firstSamples(dataset: Dataset, count: number): Dataset {
  if (!(Number.isInteger(count) && count >= 1 && count <= dataset.count)) {
    throw new RangeError(
      `firstSamples: count must be an integer in [1, ${dataset.count}], received ${count}. ` +
        'Ask for at most as many samples as there are.',
    );
  }
  return {
    ...dataset,
    count,
    inputs: dataset.inputs.subarray(0, count * featuresOf(dataset)),
    labels: dataset.labels.subarray(0, count),
  };
}

/**
 * One data set after the other, copied into one: for instance the five training batches of CIFAR-10.
 *
 * @throws RangeError if there are none, or if they differ in the shape of their samples or the number of classes
 */
export function concatDatasets(datasets: readonly Dataset[]): Dataset {
  checkKind('concatDatasets', 'datasets', 'a list', datasets, 'Pass the parts.');
  if (datasets.length === 0) {
    throw new RangeError('concatDatasets: datasets must hold at least one data set, received none. Pass the parts.');
  }
  const {sampleShape, classes} = datasets[0];
  for (const [index, part] of datasets.entries()) {
    if (String(part.sampleShape) !== String(sampleShape) || part.classes !== classes) {
      throw new RangeError(
        `concatDatasets: all parts must have samples of shape [${sampleShape}] in ${classes} classes like the first, ` +
          `received [${part.sampleShape}] in ${part.classes} at index ${index}. Concatenate parts of one data set only.`,
      );
    }
  }
  const count = datasets.reduce((sum, part) => sum + part.count, 0);
  return {
    inputs: concatBytes(datasets.map((part) => part.inputs)),
    labels: concatBytes(datasets.map((part) => part.labels)),
    count,
    sampleShape,
    classes,
  };
}

/** One array after the other. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
