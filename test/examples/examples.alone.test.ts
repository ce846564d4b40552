import {execFile} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {basename} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';
import {expectResult, runExample} from '../support/runExample.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** `webgpu` ends its process. */
const examples = import.meta.glob<unknown>(['../../examples/*.ts', '!**/webgpu.ts']);

/** What an example promises beyond a result; the numbers of the other examples may change with every better default. */
const promises: Readonly<Record<string, RegExp>> = {
  saveAndLoad: /loss (\S+) and R_s (\S+), after saving and loading \1 and \2$/,
};

// In one process: each would take longer to load TensorFlow.js than to train.
describe('every example ends with its result', () => {
  it('finds them all', () => {
    const files = readdirSync(`${root}/examples`).filter((file) => file.endsWith('.ts'));
    expect([...Object.keys(examples), 'webgpu.ts'].map((file) => basename(file)).sort()).toEqual(files.sort());
  });

  it.each(Object.entries(examples))('%s', async (file, run) => {
    const line = await runExample(file, run);
    expect(line).toMatch(promises[basename(file, '.ts')] ?? '');
  });

  // By itself, since another one has brought it to this process.
  it.each(Object.keys(examples))('%s brings its backend', (file) => {
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain("import '@tensorflow/tfjs-backend-wasm';");
  });

  it('webgpu.ts, as a program', async () => {
    try {
      const args = ['--import', 'tsx', 'examples/webgpu.ts'];
      const {stdout} = await promisify(execFile)(process.execPath, args, {cwd: root});
      expectResult('webgpu', stdout.trimEnd().split('\n').at(-1)!);
    } catch (error) {
      if (!(error as {stderr?: string}).stderr?.includes('there must be a GPU')) throw error;
      console.warn('SKIPPED: the example webgpu (this machine has no GPU for it)');
    }
  });
});
