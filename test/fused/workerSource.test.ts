import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {workerSource} from '../../scripts/buildWorker.ts';

it('the embedded code of the threads is what the source bundles to', async () => {
  const embedded = readFileSync(new URL('../../src/fused/workerSource.ts', import.meta.url), 'utf8');
  expect(await workerSource()).toBe(embedded);
});
