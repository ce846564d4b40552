import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';
import {ChildRun} from '../../scripts/equivalence/childRun.ts';
import type {Order} from '../../scripts/equivalence/messages.ts';

const order: Order = {
  seed: 7,
  begin: 0,
  count: 1,
  backend: 'wasm',
  threads: 1,
  grammar: {mostLayers: 1, mostActions: 1, pace: {leastSteps: 1, batches: [8, 4], threads: 2}, without: []},
};
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));
const listener = {ended() {}, differs() {}};

it('a script that hangs is ended, and known by its seed', async () => {
  const run = new ChildRun(order, 8_000, listener, fixture('hangingChild'));
  expect(await run.finished).toEqual({scripts: 0, failure: 'no answer for 8 seconds'});
  expect(run.current).toBe(7);
});

it('a script that ends its process is known by its seed, with what the process wrote', async () => {
  const run = new ChildRun(order, 30_000, listener, fixture('dyingChild'));
  const {failure} = await run.finished;
  expect(failure).toContain('the process ended with 1');
  expect(failure).toContain('out of bounds');
  expect(run.current).toBe(7);
});
