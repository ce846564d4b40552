import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {readFiles} from '../../examples/playground/worker/readFiles.ts';

/** A file in the format IDX: 0, 0, 8, rank, the dimensions as 32 bits, bytes. */
function idx(shape: readonly number[], data: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, size >> 8, size & 255]), ...data]);
}

const file = (name: string, bytes: Uint8Array) => ({name, bytes: Uint8Array.from(bytes).buffer});
const images = (count: number) =>
  idx(
    [count, 2, 2],
    Array.from({length: 4 * count}, (_, i) => i),
  );
const labels = (count: number) =>
  idx(
    [count],
    Array.from({length: count}, (_, i) => i % 10),
  );

describe('files that are dropped', () => {
  test('images find their labels, the larger set is for training, gzip is unpacked', async () => {
    const {train, test} = await readFiles([
      file('t10k-labels', labels(3)),
      file('train-images.gz', gzipSync(images(6))),
      file('t10k-images', images(3)),
      file('train-labels', labels(6)),
    ]);
    expect([train.count, test.count]).toEqual([6, 3]);
    expect([...train.labels]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('without a test set the last sixth is one', async () => {
    const {train, test} = await readFiles([file('images', images(6)), file('labels', labels(6))]);
    expect([train.count, test.count]).toEqual([5, 1]);
    expect([...test.inputs]).toEqual([20, 21, 22, 23]);
    expect([...test.labels]).toEqual([5]);
  });

  test('batches of CIFAR-10 are put together, and the one with test in its name is the test', async () => {
    const batch = (label: number) => new Uint8Array(3073).fill(label);
    const {train, test} = await readFiles([
      file('data_batch_1.bin', batch(1)),
      file('test_batch.bin', batch(3)),
      file('data_batch_2.bin', batch(2)),
    ]);
    expect([...train.labels]).toEqual([1, 2]);
    expect([...test.labels]).toEqual([3]);
  });

  test('one image alone is refused: nothing is left for a test', async () => {
    await expect(readFiles([file('data_batch_1.bin', new Uint8Array(3073))])).rejects.toThrow(
      /^files: they must hold at least 2 images, received 1/,
    );
  });

  test('images without labels, and other files, are refused in one sentence', async () => {
    await expect(readFiles([file('images', images(6))])).rejects.toThrow(
      /^files: MNIST must come as images and labels/,
    );
    await expect(readFiles([file('notes.txt', Uint8Array.of(1, 2))])).rejects.toThrow(/^parseCifar10: /);
  });
});
