import fs, {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {fileSink} from '../../src/log/fileSink.ts';
import {sealLine} from '../../src/log/sealedLine.ts';
import {epochLine, startLine, updateLine} from '../support/logLines.ts';

const start = sealLine(startLine(0, 'für'), 0);
const update = sealLine(updateLine(5), 1);
const epoch = sealLine(epochLine(1, 10), 2);
let path: string;
const text = () => readFileSync(path, 'utf8');

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'log-')), 'run.jsonl');
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('makes a file, and appends to it when it is opened again', () => {
  const sink = fileSink(path);
  expect(text()).toBe('');
  sink(start);
  expect(text()).toBe(`${start}\n`);
  fileSink(path)(update);
  expect(text()).toBe(`${start}\n${update}\n`);
});

it('takes away a line that was cut off, and ends one that has no line break', () => {
  writeFileSync(path, `${start}\n${update}\n${epoch.slice(0, 30)}`);
  fileSink(path)(epoch);
  expect(text()).toBe(`${start}\n${update}\n${epoch}\n`);
  writeFileSync(path, `${start}\n${update}`);
  fileSink(path)(epoch);
  expect(text()).toBe(`${start}\n${update}\n${epoch}\n`);
  writeFileSync(path, start.slice(0, 100));
  fileSink(path)(start);
  expect(text()).toBe(`${start}\n`);
});

it('knows a log behind a byte-order mark and a block of zeros', () => {
  writeFileSync(path, `\uFEFF\0\0${start}\n`);
  fileSink(path)(update);
  expect(text()).toBe(`\uFEFF\0\0${start}\n${update}\n`);
});

it.each([
  '',
  tmpdir(),
  join(tmpdir(), 'no-such-folder', 'run.jsonl'),
])('says what is wrong with the path %j', (wrong) => {
  expect(() => fileSink(wrong)).toThrow(`fileSink: "${wrong}" must be a file in a folder that is there, received E`);
});

it.each([
  '{"c',
  'a letter to somebody',
  '{"type":"start","format":"other"}\n',
  '\0'.repeat(9),
  ' \n',
])('leaves a file that is no log as it is: %j', (content) => {
  writeFileSync(path, content);
  expect(() => fileSink(path)).toThrow(
    `fileSink: "${path}" must be a log of itop, an empty file or none, received one that begins with ` +
      `${JSON.stringify(content.slice(0, 40))}. Choose another path.`,
  );
  expect(text()).toBe(content);
});

it('writes a line whole where the system takes it in pieces', () => {
  const sink = fileSink(path);
  const {writeSync} = fs;
  vi.spyOn(fs, 'writeSync').mockImplementation(((file: number, bytes: Uint8Array, begin: number) =>
    writeSync(file, bytes, begin, Math.min(7, bytes.length - begin))) as never);
  sink(start);
  expect(text()).toBe(`${start}\n`);
});

it('leaves no piece of a line behind where the disk is full', () => {
  const sink = fileSink(path);
  sink(start);
  const {writeSync} = fs;
  const full = vi.spyOn(fs, 'writeSync').mockImplementation(((file: number, bytes: Uint8Array, begin: number) => {
    if (begin > 0) throw new Error('ENOSPC: no space left on device, write');
    return writeSync(file, bytes, 0, 10);
  }) as never);
  expect(() => sink(update)).toThrow(
    `fileSink: "${path}" must take the whole line, received ENOSPC: no space left on device, write. ` +
      'The log ends with the line before. Make room: a RunLog gives it again with the next one.',
  );
  expect(text()).toBe(`${start}\n`);
  full.mockRestore();
  sink(update);
  expect(text()).toBe(`${start}\n${update}\n`);
});

it('says so where there are no files', () => {
  vi.stubGlobal('process', undefined);
  expect(() => fileSink('run.jsonl')).toThrow(
    'fileSink: the host must be Node 20.16 or later, received one without files for "run.jsonl". In a page pass a function that takes the lines.',
  );
});
