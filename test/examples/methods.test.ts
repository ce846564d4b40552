import {readdirSync} from 'node:fs';
import {basename} from 'node:path';
import {describe, expect, it, vi} from 'vitest';

const examples = import.meta.glob<unknown>(['../../examples/methods/*.ts', '!**/task.ts']);

// In one process: these examples share their data and TensorFlow.js, which take longer than most of the trainings.
describe('every example of a method ends with its result', () => {
  it('finds them all', () => {
    const files = readdirSync(new URL('../../examples/methods', import.meta.url)).filter((file) => file !== 'task.ts');
    expect(Object.keys(examples)).toHaveLength(files.length);
  });

  it.each(Object.entries(examples))('%s', async (file, run) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    try {
      await run();
      const line = String(log.mock.lastCall?.[0]);
      expect(line).toMatch(new RegExp(`^${basename(file, '.ts')}: .*\\d\\.\\d+`));
      expect(line).not.toMatch(/NaN|undefined|Infinity/);
    } finally {
      log.mockRestore();
    }
  });
});
