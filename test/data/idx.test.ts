import {describe, expect, it} from 'vitest';
import {datasetFromIdx, parseIdx} from '../../src/data/idx.ts';
import {maybeGunzip} from '../../src/data/maybeGunzip.ts';
import {describeRealData, mnistFolder, readBytes} from '../support/realData.ts';

const header = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3];
const file = Uint8Array.from([...header, 1, 2, 3, 4, 5, 6]);

describe('parseIdx', () => {
  it('refuses what are no bytes', () => {
    expect(() => parseIdx(new ArrayBuffer(20) as never)).toThrow('parseIdx: bytes must be a Uint8Array, received {}.');
  });

  it('reads the shape and the elements', () => {
    expect(parseIdx(file)).toEqual({shape: [2, 3], data: Uint8Array.from([1, 2, 3, 4, 5, 6])});
  });

  it('reads a view that does not begin at the start of its buffer', () => {
    const shifted = Uint8Array.from([9, 9, 9, ...file]).subarray(3);
    expect(parseIdx(shifted)).toEqual(parseIdx(file));
  });

  it('reads dimensions above 2^31 as unsigned', () => {
    expect(() => parseIdx(Uint8Array.of(0, 0, 8, 1, 0x80, 0, 0, 0))).toThrow('must have 2147483648 bytes');
  });

  it.each([
    [
      'too short for a magic number',
      [0, 0],
      'parseIdx: an IDX file must begin with a magic number of 4 bytes, received 2 in all. ' +
        'The file is truncated; fetch it again.',
    ],
    [
      'a wrong magic number, here of gzip',
      [0x1f, 0x8b, 8, 0, 1],
      'parseIdx: the magic number must be 00 00 <type> <dimensions ≥ 1>, received 1f 8b 08 00. ' +
        'Pass an IDX file, uncompressed.',
    ],
    [
      'no dimensions',
      [0, 0, 8, 0, 1],
      'parseIdx: the magic number must be 00 00 <type> <dimensions ≥ 1>, received 00 00 08 00. ' +
        'Pass an IDX file, uncompressed.',
    ],
    [
      'elements that are floats',
      [0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0],
      'parseIdx: the element type must be 08 (unsigned byte), received 0d. Convert the file to bytes.',
    ],
    [
      'a truncated header',
      header.slice(0, 9),
      'parseIdx: the header of 2 dimensions must have 12 bytes, received 9 in all. ' +
        'The file is truncated; fetch it again.',
    ],
    [
      'a dimension of 0, whatever the others are',
      [0, 0, 8, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
      'parseIdx: every dimension must be at least 1, received the shape [4294967295,0]. The file holds nothing; fetch it again.',
    ],
    [
      'truncated elements',
      [...header, 1, 2, 3, 4, 5],
      'parseIdx: an array of shape [2,3] must have 6 bytes after the header, received 5. ' +
        'The file is truncated; fetch it again.',
    ],
    [
      'trailing bytes',
      [...header, 1, 2, 3, 4, 5, 6, 7],
      'parseIdx: an array of shape [2,3] must have 6 bytes after the header, received 7. ' +
        'Bytes follow the end of the array; fetch it again.',
    ],
  ])('rejects %s', (_, bytes, message) => {
    expect(() => parseIdx(Uint8Array.from(bytes))).toThrow(new RangeError(message));
  });
});

describe('datasetFromIdx', () => {
  const images = {shape: [2, 1, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6)};
  const labels = {shape: [2], data: Uint8Array.of(7, 9)};

  it('joins images and labels, with one channel', () => {
    expect(datasetFromIdx(images, labels)).toEqual({
      inputs: images.data,
      labels: labels.data,
      count: 2,
      sampleShape: [1, 3, 1],
      classes: 10,
    });
  });

  it('keeps the channels of images that have them', () => {
    expect(datasetFromIdx({...images, shape: [2, 1, 1, 3]}, labels).sampleShape).toEqual([1, 1, 3]);
  });

  it('rejects labels in the place of images', () => {
    expect(() => datasetFromIdx(labels, images)).toThrow('received [2]. Check that the files are not swapped.');
  });

  it('rejects images and labels of different parts', () => {
    const three = {shape: [3], data: Uint8Array.of(1, 2, 3)};
    expect(() => datasetFromIdx(images, three)).toThrow(
      'datasetFromIdx: labels must have the shape [2] to match the images, received [3]. ' +
        'Take both files from the same part of the data set.',
    );
  });

  it('rejects a label that is no class', () => {
    expect(() => datasetFromIdx(images, labels, 9)).toThrow(
      'datasetFromIdx: labels must be below 9, received 9 at index 1. Pass the number of classes.',
    );
  });
});

describeRealData('MNIST as published', mnistFolder, () => {
  it.each([
    ['train', 60000, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]],
    ['t10k', 10000, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]],
  ])('has the known number of images of each digit in %s', async (part, count, perDigit) => {
    const read = async (name: string) => parseIdx(await maybeGunzip(readBytes(`${mnistFolder}/${part}-${name}.gz`)));
    const dataset = datasetFromIdx(await read('images-idx3-ubyte'), await read('labels-idx1-ubyte'));
    expect(dataset).toMatchObject({count, sampleShape: [28, 28, 1], classes: 10});
    expect(dataset.inputs.length).toBe(count * 784);
    const counts = Array(10).fill(0);
    for (const label of dataset.labels) counts[label]++;
    expect(counts).toEqual(perDigit);
  });
});
