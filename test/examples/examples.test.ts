import {execFile} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const names = readdirSync(`${root}/examples`).flatMap((file) => /^(.+)\.ts$/.exec(file)?.[1] ?? []);

/** What an example promises beyond a result; the numbers of the other examples may change with every better default. */
const promises: Readonly<Record<string, RegExp>> = {
  saveAndLoad: /loss (\S+) and R_s (\S+), after saving and loading \1 and \2$/,
};

/** The last line that an example prints; a failed one throws with what it wrote to stderr. */
async function lastLine(name: string): Promise<string> {
  const {stdout} = await promisify(execFile)(process.execPath, ['--import', 'tsx', `examples/${name}.ts`], {cwd: root});
  return stdout.trimEnd().split('\n').at(-1)!;
}

describe('every example ends with its result', () => {
  it.each(names)('%s', async (name) => {
    try {
      const line = await lastLine(name);
      expect(line).toMatch(new RegExp(`^${name}: .*\\d\\.\\d+`));
      expect(line).not.toMatch(/NaN|undefined|Infinity/);
      if (promises[name]) expect(line).toMatch(promises[name]);
    } catch (error) {
      if (!(error as {stderr?: string}).stderr?.includes('there must be a GPU')) throw error;
      console.warn(`SKIPPED: the example ${name} (this machine has no GPU for it)`);
    }
  });
});
