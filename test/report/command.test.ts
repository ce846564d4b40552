import {execFile} from 'node:child_process';
import {existsSync, linkSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {expect, it} from 'vitest';
import {reportCommand} from '../../src/report/command.ts';
import {parseRunLog, renderReport, runCsv} from '../../src/report.ts';
import {runCommand} from '../support/command.ts';
import {sampleLog} from './sampleRuns.ts';

const command = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'report-'));
const inFolder = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(inFolder(name), 'utf8');
const run = (...options: string[]) =>
  promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), command, 'report', ...options], {
    cwd: folder,
  });

it('itop report makes a page and tables of logs', async () => {
  const logs = ['SET', 'RigL'].map((name) => sampleLog({name}));
  writeFileSync(inFolder('set.jsonl'), logs[0]);
  writeFileSync(inFolder('rigl.jsonl'), logs[1]);
  const {stdout} = await run('set.jsonl', 'rigl.jsonl', '--title', 'Both', '--out', 'both.html', '--csv');
  expect(stdout).toBe('both.html\n');
  const runs = logs.map(parseRunLog);
  expect(text('both.html')).toBe(renderReport(runs, {title: 'Both'}));
  expect(text('rigl.jsonl.csv')).toBe(runCsv(runs[1]));
});

it('itop report says what it needs, and what is wrong with a log', async () => {
  await expect(run()).rejects.toMatchObject({code: 1, stderr: "error: missing required argument 'logs'\n"});
  writeFileSync(inFolder('broken.jsonl'), 'no log\n');
  await expect(run('broken.jsonl')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^itop report: broken\.jsonl: parseRunLog: a log must start with a line of the format itop-run/,
    ),
  });
});

it('itop report never overwrites a log, by whatever name', async () => {
  const log = sampleLog({name: 'SET'});
  const [path, copy] = [inFolder('kept.jsonl'), inFolder('kept.jsonl.csv')];
  for (const each of [path, copy]) writeFileSync(each, log);
  symlinkSync(path, inFolder('soft'));
  linkSync(path, inFolder('hard'));
  for (const out of [path, join(folder, '.', 'kept.jsonl'), inFolder('soft'), inFolder('hard')]) {
    expect(await runCommand(reportCommand, [path, '--out', out])).toEqual({
      printed: `itop report: the file to write must be none of the logs, received ${out}, which is ${path}. Choose another by --out.`,
      failed: true,
    });
  }
  const {printed} = await runCommand(reportCommand, [path, copy, '--csv', '--out', inFolder('new.html')]);
  expect(printed).toContain(`received ${copy}, which is ${copy}.`);
  expect(existsSync(inFolder('new.html'))).toBe(false);
  for (const each of [path, copy]) expect(readFileSync(each, 'utf8')).toBe(log);
});

it('itop report checks all places before it writes to the first', async () => {
  const path = inFolder('checked.jsonl');
  const table = `${path}.csv`;
  writeFileSync(path, sampleLog({name: 'SET'}));
  const refused = async (out: string) => {
    const {printed, failed} = await runCommand(reportCommand, [path, '--csv', '--out', out]);
    expect([failed, existsSync(table)]).toEqual([true, false]);
    return printed;
  };
  expect(await refused(table)).toBe(
    `itop report: the page and the tables must be files of their own, received ${table} twice. Choose another by --out.`,
  );
  expect(await refused(inFolder('missing/report.html'))).toMatch(
    /^itop report: the file to write must have a name in a folder that can be written to, received .*missing.report\.html: ENOENT/,
  );
  expect(await refused(folder)).toContain(`received ${folder}: a folder.`);
  expect(await refused('')).toContain('received : no name. Make the folder, or choose another by --out.');
});

it('itop report does not write into an earlier page, but puts a new one in its place, also behind a link', async () => {
  const path = inFolder('again.jsonl');
  writeFileSync(path, sampleLog({name: 'SET'}));
  const [page, link, other] = ['again.html', 'link.html', 'hard.html'].map(inFolder);
  writeFileSync(page, 'earlier');
  symlinkSync(page, link);
  linkSync(page, other);
  await runCommand(reportCommand, [path, '--out', link]);
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/);
  expect(readFileSync(other, 'utf8')).toBe('earlier');
});

it.skipIf(process.platform === 'win32')('itop report writes to what is no file', async () => {
  const path = inFolder('piped.jsonl');
  writeFileSync(path, sampleLog({name: 'SET'}));
  const words = [process.execPath, '--import', import.meta.resolve('tsx'), command, 'report', path].map(
    (word) => `'${word}'`,
  );
  const {stdout} = await promisify(execFile)('sh', ['-c', `${words.join(' ')} --out /dev/stdout | cat`]);
  expect(stdout).toMatch(/^<!doctype html>.*<.html>\n$/s);
  // A reader that has read enough, like `head`, is none to complain about.
  const cut = await promisify(execFile)('sh', ['-c', `${words.join(' ')} --out /dev/stdout | head -c 9`]);
  expect(cut).toEqual({stdout: '<!doctype', stderr: ''});
});
