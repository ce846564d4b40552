import {
  concatDatasets,
  type Dataset,
  datasetFromIdx,
  firstSamples,
  type IdxArray,
  maybeGunzip,
  parseCifar10,
  parseIdx,
} from 'itop/data';
import type {DroppedFile} from '../protocol.ts';

/** Samples for training and for the test. */
export interface Split {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * The data set in some files: those of MNIST (IDX, as they are or in gzip), or the binary ones of CIFAR-10.
 *
 * @throws Error if they are neither, or images lack their labels
 */
export async function readFiles(files: readonly DroppedFile[]): Promise<Split> {
  const bytes = await Promise.all(files.map(({bytes}) => maybeGunzip(new Uint8Array(bytes))));
  return bytes.some(isIdx)
    ? split(mnist(bytes.filter(isIdx).map((file) => parseIdx(file))))
    : split(cifar(files, bytes));
}

function isIdx(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8 && (bytes[3] === 1 || bytes[3] === 3);
}

/** Images and the labels of the same number, the largest set first. */
function mnist(arrays: readonly IdxArray[]): Dataset[] {
  const images = arrays.filter(({shape}) => shape.length === 3);
  const pairs = images.flatMap((image) => {
    const labels = arrays.find(({shape}) => shape.length === 1 && shape[0] === image.shape[0]);
    return labels ? [datasetFromIdx(image, labels)] : [];
  });
  if (pairs.length === 0) {
    throw new Error(
      `files: MNIST must come as images and labels, received ${arrays.length} IDX files without a pair. ` +
        'Drop train-images-idx3-ubyte and train-labels-idx1-ubyte together.',
    );
  }
  return pairs.sort((a, b) => b.count - a.count);
}

/** The training batches together, and the test batch if it is among them. */
function cifar(files: readonly DroppedFile[], bytes: readonly Uint8Array[]): Dataset[] {
  const sets = bytes.map((file) => parseCifar10(file));
  const isTest = (index: number) => /test/i.test(files[index].name);
  const train = sets.filter((_, index) => !isTest(index));
  const test = sets.filter((_, index) => isTest(index));
  return [...(train.length > 0 ? [concatDatasets(train)] : []), ...test];
}

/** The second set is the test; without one, the last sixth of the first. */
function split([all, test]: readonly Dataset[]): Split {
  if (test) return {train: all, test};
  if (all.count < 2) {
    throw new Error(`files: they must hold at least 2 images, received ${all.count}. One sixth is kept for the test.`);
  }
  const count = Math.floor((all.count * 5) / 6);
  const features = all.inputs.length / all.count;
  const rest = {
    ...all,
    count: all.count - count,
    inputs: all.inputs.subarray(count * features),
    labels: all.labels.subarray(count),
  };
  return {train: firstSamples(all, count), test: rest};
}
