import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, existsSync, openSync} from 'node:fs';
import {text} from 'node:stream/consumers';
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

it.skipIf(!existsSync('/dev/full'))('itop fails where its answer cannot be written', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), `${root}src/cli.ts`, 'plan', '--network', 'LeNet-5'],
    {stdio: ['ignore', full, 'pipe']},
  );
  const [[code], errors] = await Promise.all([once(child, 'exit'), text(child.stderr!)]);
  closeSync(full);
  expect(errors).toMatch(
    /^itop: the answer must be written whole, received ENOSPC[^\n]*\. Make room, or write it elsewhere\.\n$/,
  );
  expect(code).toBe(1);
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
