import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {concatDatasets, type Dataset, type Normalization, normalizationOf, parseCifar10} from 'itop/data';
import {loadMnist} from '../quickstart/loadMnist.ts';
import type {PaperNetwork} from './settings.ts';

/** What a network is trained and tested on. */
export interface PaperData {
  readonly train: Dataset;
  readonly test: Dataset;
  readonly normalization: Normalization;
  /** True if the training images are moved and mirrored at random. */
  readonly isAugmented: boolean;
}

/**
 * MNIST for LeNet-300-100, CIFAR-10 for the others.
 *
 * @param folder  holds `cifar-10-batches-bin` with the binary version and `mnist` with the four files;
 *   @defaultValue ITOP_DATA, else `itop` in the user's cache
 * @throws Error if a file is missing
 */
export async function paperData(network: PaperNetwork, folder?: string): Promise<PaperData> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'itop');
  const folders = folder ? [folder] : [...(process.env.ITOP_DATA ? [process.env.ITOP_DATA] : []), cache];
  const isCifar = network !== 'LeNet-300-100';
  const name = isCifar ? 'cifar-10-batches-bin' : 'mnist';
  const found = folders.map((parent) => join(parent, name)).find(existsSync);
  if (!found) {
    throw new Error(
      `paper: the data for ${network} must lie in a folder ${name}, received none in ${folders.join(' or ')}. ` +
        'Name the folder above it by --data or ITOP_DATA.',
    );
  }
  const {train, test} = isCifar
    ? await loadCifar10(found)
    : await loadMnist({folder: found, download: false, log: console.log});
  return {train, test, normalization: normalizationOf(train), isAugmented: isCifar};
}

async function loadCifar10(folder: string): Promise<Pick<PaperData, 'train' | 'test'>> {
  const read = async (name: string) => parseCifar10(await readFile(join(folder, `${name}.bin`)));
  const batches = await Promise.all([1, 2, 3, 4, 5].map((batch) => read(`data_batch_${batch}`)));
  return {train: concatDatasets(batches), test: await read('test_batch')};
}
