import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {paperData} from '../../../examples/paper/paperData.ts';

describe('paperData', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'itop-data-'));
    await mkdir(join(folder, 'cifar-10-batches-bin'));
    const files = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'];
    for (const [label, name] of files.entries()) {
      // One record: the label, then the pixels.
      const record = Uint8Array.from({length: 3073}, (_, i) => (i === 0 ? label : i % 251));
      await writeFile(join(folder, 'cifar-10-batches-bin', `${name}.bin`), record);
    }
  });
  afterAll(() => rm(folder, {recursive: true}));

  it('joins the five training batches of CIFAR-10 and augments them', async () => {
    const {train, test, isAugmented} = await paperData('MLP-CIFAR10', folder);
    expect([...train.labels]).toEqual([0, 1, 2, 3, 4]);
    expect([...test.labels]).toEqual([5]);
    expect(isAugmented).toBe(true);
  });

  it('says which folder is missing, and where', async () => {
    await expect(paperData('LeNet-300-100', folder)).rejects.toThrow(
      `paper: the data for LeNet-300-100 must lie in a folder mnist, received none in ${folder}.`,
    );
  });
});
