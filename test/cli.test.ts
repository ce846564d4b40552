import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {build} from 'esbuild';
import {expect, it} from 'vitest';
import {version} from '../package.json';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), `${root}src/cli.ts`, ...args]);

it('itop tells its version and its commands', async () => {
  expect((await run('--version')).stdout).toBe(`${version}\n`);
  const {stdout} = await run('--help');
  for (const command of ['plan [options]', 'report [options] <logs...>']) expect(stdout).toContain(command);
});

it('itop without a command shows its help, and refuses an unknown one', async () => {
  await expect(run()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Usage: itop [options] [command]'),
  });
  await expect(run('train')).rejects.toMatchObject({code: 1, stderr: "error: unknown command 'train'\n"});
});

it('itop loads the optional packages of the report only to make one', async () => {
  const {outputs} = (
    await build({
      entryPoints: [`${root}src/cli.ts`],
      bundle: true,
      splitting: true,
      packages: 'external',
      metafile: true,
      write: false,
      format: 'esm',
      platform: 'node',
      outdir: 'out',
      absWorkingDir: root,
    })
  ).metafile;
  const loaded = new Set<string>();
  const visit = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const {path: next, kind} of outputs[path]?.imports ?? []) if (kind === 'import-statement') visit(next);
  };
  visit('out/cli.js');
  expect([...loaded]).toContain('commander');
  for (const optional of ['@observablehq/plot', 'linkedom', '@tensorflow/tfjs'])
    expect([...loaded]).not.toContain(optional);
});
