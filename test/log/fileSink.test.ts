import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, expect, it, vi} from 'vitest';
import {fileSink} from '../../src/log/fileSink.ts';

const path = join(mkdtempSync(join(tmpdir(), 'log-')), 'run.jsonl');
const text = () => readFileSync(path, 'utf8');

afterEach(() => vi.unstubAllGlobals());

it('makes a file, and appends to it when it is opened again', () => {
  const sink = fileSink(path);
  expect(text()).toBe('');
  sink('{"a":1}');
  expect(text()).toBe('{"a":1}\n');
  fileSink(path)('{"ü":2}');
  expect(text()).toBe('{"a":1}\n{"ü":2}\n');
});

it('takes away a line that was cut off', () => {
  writeFileSync(path, '{"a":1}\n{"ü":2}\n{"c');
  fileSink(path)('{"d":4}');
  expect(text()).toBe('{"a":1}\n{"ü":2}\n{"d":4}\n');
  writeFileSync(path, '{"c');
  fileSink(path)('{"d":4}');
  expect(text()).toBe('{"d":4}\n');
});

it('says so where there are no files', () => {
  vi.stubGlobal('process', undefined);
  expect(() => fileSink('run.jsonl')).toThrow(
    'fileSink: the host must be Node 20.16 or later, received one without files for "run.jsonl". In a page pass a function that takes the lines.',
  );
});
