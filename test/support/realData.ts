import {existsSync, readFileSync} from 'node:fs';
import {describe} from 'vitest';

/** Where real data sets lie: beside the checkout, or where ITOP_DATA says. They are not part of the repository. */
const folder = process.env.ITOP_DATA ?? new URL('../../../shared/data/', import.meta.url).pathname;

/** The four files of MNIST, gzipped, as published. */
export const mnistFolder = `${folder}/mnist`;

/** The binary batches of CIFAR-10. */
export const cifar10Folder = [
  `${folder}/cifar-10-batches-bin`,
  `${process.env.HOME}/.cache/itop/cifar-10-batches-bin`,
].find(existsSync);

/** The bytes of a file. */
export function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

/** `describe` for tests on real data; skipped aloud where the data is missing. */
export function describeRealData(title: string, path: string | undefined, body: () => void): void {
  const missing = path === undefined || !existsSync(path);
  if (missing) console.warn(`SKIPPED: ${title} (no such data in ${folder}; set ITOP_DATA)`);
  describe.skipIf(missing)(title, body);
}
