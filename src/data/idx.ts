import {checkKind} from '../topology/checkKind.ts';
import {checkBytes, FILE_ADVICE} from './checkBytes.ts';
import type {Dataset} from './dataset.ts';

/** The code of unsigned bytes in the third byte of an IDX file. */
const UNSIGNED_BYTE = 0x08;

/** An array of unsigned bytes as an IDX file holds it. */
export interface IdxArray {
  /** Dimensions, the slowest first: `[60000, 28, 28]` for the training images of MNIST. */
  readonly shape: number[];
  /** The elements, flat and row-major: a view of the bytes that were parsed. */
  readonly data: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes, the format of MNIST and its relatives.
 *
 * Layout: two zero bytes, the type (0x08), the number of dimensions, each dimension as a big-endian uint32, the elements.
 *
 * @param bytes  the whole file, uncompressed (see `maybeGunzip`); it is not copied
 * @throws RangeError if the bytes are no IDX file of unsigned bytes, hold nothing, or are fewer or more than its header announces
 * @see http://yann.lecun.com/exdb/mnist/ "File formats for the MNIST database"
 */
export function parseIdx(bytes: Uint8Array): IdxArray {
  checkBytes('parseIdx', 'bytes', bytes, FILE_ADVICE);
  if (bytes.length < 4) {
    throw new RangeError(
      `parseIdx: an IDX file must begin with a magic number of 4 bytes, received ${bytes.length} in all. ` +
        'The file is truncated; fetch it again.',
    );
  }
  const [first, second, type, rank] = bytes;
  if (first !== 0 || second !== 0 || rank === 0) {
    throw new RangeError(
      `parseIdx: the magic number must be 00 00 <type> <dimensions ≥ 1>, received ${hex(bytes.subarray(0, 4))}. ` +
        'Pass an IDX file, uncompressed.',
    );
  }
  if (type !== UNSIGNED_BYTE) {
    throw new RangeError(
      `parseIdx: the element type must be 08 (unsigned byte), received ${hex([type])}. Convert the file to bytes.`,
    );
  }
  const headerLength = 4 + 4 * rank;
  if (bytes.length < headerLength) {
    throw new RangeError(
      `parseIdx: the header of ${rank} dimensions must have ${headerLength} bytes, received ${bytes.length} in all. ` +
        'The file is truncated; fetch it again.',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  const shape = Array.from({length: rank}, (_, axis) => view.getUint32(4 + 4 * axis));
  if (shape.includes(0)) {
    throw new RangeError(
      `parseIdx: every dimension must be at least 1, received the shape [${shape}]. The file holds nothing; fetch it again.`,
    );
  }
  const expected = shape.reduce((product, dimension) => product * dimension, 1);
  const received = bytes.length - headerLength;
  if (received !== expected) {
    throw new RangeError(
      `parseIdx: an array of shape [${shape}] must have ${expected} bytes after the header, received ${received}. ` +
        `${received < expected ? 'The file is truncated' : 'Bytes follow the end of the array'}; fetch it again.`,
    );
  }
  return {shape, data: bytes.subarray(headerLength)};
}

/**
 * Joins images and labels, as MNIST and its relatives come in two files, into a data set.
 *
 * @param images   `[count, height, width]`, or `[count, height, width, channels]`
 * @param labels   `[count]`
 * @param classes  number of classes. @defaultValue 10
 * @throws RangeError if the shapes do not fit each other or a label is not below `classes`
 */
export function datasetFromIdx(images: IdxArray, labels: IdxArray, classes = 10): Dataset {
  const [count, ...imageShape] = images.shape;
  if (imageShape.length !== 2 && imageShape.length !== 3) {
    throw new RangeError(
      'datasetFromIdx: images must have the shape [count, height, width] or [count, height, width, channels], ' +
        `received [${images.shape}]. Check that the files are not swapped.`,
    );
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new RangeError(
      `datasetFromIdx: labels must have the shape [${count}] to match the images, received [${labels.shape}]. ` +
        'Take both files from the same part of the data set.',
    );
  }
  checkKind('datasetFromIdx', 'classes', 'a number', classes, 'Leave it out for 10.');
  const wrong = labels.data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new RangeError(
      `datasetFromIdx: labels must be below ${classes}, received ${labels.data[wrong]} at index ${wrong}. ` +
        'Pass the number of classes.',
    );
  }
  const sampleShape = imageShape.length === 2 ? [...imageShape, 1] : imageShape;
  return {inputs: images.data, labels: labels.data, count, sampleShape, classes};
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
