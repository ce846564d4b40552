import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {kernelBinaries} from '../../../scripts/buildKernels.ts';

it('the embedded binaries are what the source compiles to', async () => {
  const embedded = readFileSync(new URL('../../../src/kernels/wasm/binaries.ts', import.meta.url), 'utf8');
  expect(await kernelBinaries()).toBe(embedded);
});
