import {checkBytes, FILE_ADVICE} from './checkBytes.ts';
import type {Dataset} from './dataset.ts';

const SIDE = 32;
const CHANNELS = 3;
const CLASSES = 10;
const PLANE = SIDE * SIDE;
const PIXELS = CHANNELS * PLANE;
const RECORD = 1 + PIXELS;

/**
 * Reads one binary batch of CIFAR-10 (`data_batch_1.bin` … `test_batch.bin`); join several by `concatDatasets`.
 *
 * Layout: per sample one label byte, then a red, a green and a blue plane of 32 × 32. The planes are interleaved, so that
 * the samples have the shape `[32, 32, 3]`, as layers of TensorFlow.js expect it.
 *
 * @param bytes  the whole file, uncompressed; any number of samples
 * @throws RangeError if the length is not a multiple of 3073 bytes, or at the first label above 9
 * @see https://www.cs.toronto.edu/~kriz/cifar.html "Binary version"
 */
export function parseCifar10(bytes: Uint8Array): Dataset {
  checkBytes('parseCifar10', 'bytes', bytes, FILE_ADVICE);
  const count = bytes.length / RECORD;
  if (!(count >= 1 && Number.isInteger(count))) {
    throw new RangeError(
      `parseCifar10: a batch must have a positive multiple of ${RECORD} bytes, received ${bytes.length}. ` +
        'The file is truncated or of another format; fetch it again.',
    );
  }
  const inputs = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  for (let sample = 0; sample < count; sample++) {
    const begin = sample * RECORD;
    if (bytes[begin] >= CLASSES) {
      throw new RangeError(
        `parseCifar10: labels must be below ${CLASSES}, received ${bytes[begin]} for sample ${sample}. ` +
          'Pass a binary batch of CIFAR-10, uncompressed.',
      );
    }
    labels[sample] = bytes[begin];
    const planes = bytes.subarray(begin + 1, begin + RECORD);
    const pixels = inputs.subarray(sample * PIXELS, (sample + 1) * PIXELS);
    for (let pixel = 0, out = 0; pixel < PLANE; pixel++) {
      for (let channel = 0; channel < CHANNELS; channel++) pixels[out++] = planes[channel * PLANE + pixel];
    }
  }
  return {inputs, labels, count, sampleShape: [SIDE, SIDE, CHANNELS], classes: CLASSES};
}
