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
