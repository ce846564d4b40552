import {describe, expect, it} from 'vitest';
import {parseCifar10} from '../../src/data/cifar10.ts';
import {concatDatasets} from '../../src/data/dataset.ts';
import {normalizationOf} from '../../src/data/normalization.ts';
import {cifar10Folder, describeRealData, readBytes} from '../support/realData.ts';

/** Two samples; in sample 1 the red plane is 10, the green one 20, the blue one counts. */
function batch(): Uint8Array {
  const bytes = new Uint8Array(2 * 3073);
  bytes[0] = 3;
  bytes[3073] = 9;
  bytes.fill(10, 3074, 3074 + 1024);
  bytes.fill(20, 3074 + 1024, 3074 + 2048);
  for (let i = 0; i < 1024; i++) bytes[3074 + 2048 + i] = i % 251;
  return bytes;
}

describe('parseCifar10', () => {
  it('interleaves the planes, channels last', () => {
    const {inputs, labels, count, sampleShape, classes} = parseCifar10(batch());
    expect({count, sampleShape, classes}).toEqual({count: 2, sampleShape: [32, 32, 3], classes: 10});
    expect([...labels]).toEqual([3, 9]);
    expect([...inputs.subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...inputs.subarray(3072, 3081)]).toEqual([10, 20, 0, 10, 20, 1, 10, 20, 2]);
    expect([...inputs.subarray(-3)]).toEqual([10, 20, 1023 % 251]);
  });

  it.each([[0], [3072], [3074]])('rejects a file of %d bytes', (length) => {
    expect(() => parseCifar10(new Uint8Array(length))).toThrow(
      new RangeError(
        `parseCifar10: a batch must have a positive multiple of 3073 bytes, received ${length}. ` +
          'The file is truncated or of another format; fetch it again.',
      ),
    );
  });

  it('rejects a label above 9', () => {
    const bytes = batch();
    bytes[3073] = 10;
    expect(() => parseCifar10(bytes)).toThrow(
      new RangeError(
        'parseCifar10: labels must be below 10, received 10 for sample 1. ' +
          'Pass a binary batch of CIFAR-10, uncompressed.',
      ),
    );
  });
});

describeRealData('CIFAR-10', cifar10Folder, () => {
  it('has 5000 training images per class and the known colours', () => {
    const parts = [1, 2, 3, 4, 5].map((i) => parseCifar10(readBytes(`${cifar10Folder}/data_batch_${i}.bin`)));
    const train = concatDatasets(parts);
    const counts = Array(10).fill(0);
    for (const label of train.labels) counts[label]++;
    expect(train.count).toBe(50000);
    expect(counts).toEqual(Array(10).fill(5000));
    const {mean, std} = normalizationOf(train);
    for (const [channel, expected] of [0.4914, 0.4822, 0.4465].entries())
      expect(mean[channel]).toBeCloseTo(expected, 3);
    for (const [channel, expected] of [0.247, 0.2435, 0.2616].entries()) expect(std[channel]).toBeCloseTo(expected, 2);
  });
});
