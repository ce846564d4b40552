import {readdirSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {runExample} from '../support/runExample.ts';

const examples = import.meta.glob<unknown>(['../../examples/methods/*.ts', '!**/task.ts']);

// In one process: these examples share their data and TensorFlow.js, which take longer than most of the trainings.
describe('every example of a method ends with its result', () => {
  it('finds them all', () => {
    const files = readdirSync(new URL('../../examples/methods', import.meta.url)).filter((file) => file !== 'task.ts');
    expect(Object.keys(examples)).toHaveLength(files.length);
  });

  it.each(Object.entries(examples))('%s', async (file, run) => {
    await runExample(file, run);
  });
});
