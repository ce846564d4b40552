import {basename} from 'node:path';
import {expect, vi} from 'vitest';

/** Runs an example in this process, and expects the result with which it ends. @returns the last line that it prints */
export async function runExample(file: string, run: () => Promise<unknown>): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await run();
    const line = String(log.mock.lastCall?.[0]);
    expectResult(basename(file, '.ts'), line);
    return line;
  } finally {
    log.mockRestore();
  }
}

/** Every example ends in its name and numbers. */
export function expectResult(name: string, line: string): void {
  expect(line).toMatch(new RegExp(`^${name}: .*\\d\\.\\d+`));
  expect(line).not.toMatch(/NaN|undefined|Infinity/);
}
