import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {brokenLinks} from '../../scripts/docs/brokenLinks.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'links-'));
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub', 'ΔT, P.html'), '<h1 id="top"></h1><a href="../index.html">back</a>');
});

afterEach(() => rmSync(folder, {recursive: true}));

test('links that lead somewhere are not broken', () => {
  const links = ['sub/%CE%94T,_P.html', '#here', 'https://example.org/none', 'mailto:a@example.org'];
  writeFileSync(join(folder, 'sub', 'ΔT,_P.html'), '');
  writeFileSync(
    join(folder, 'index.html'),
    `<p id="here">${links.map((link) => `<a href="${link}"></a>`)}<a href="sub/ΔT, P.html#top"></a></p>`,
  );
  expect(brokenLinks(folder)).toEqual([]);
});

test('a missing file, a missing place and a missing picture are broken', () => {
  writeFileSync(
    join(folder, 'index.html'),
    '<a href="none.html"></a><a href="#none"></a><a href="sub/ΔT, P.html#bottom"></a><img src="none.svg">',
  );
  expect(brokenLinks(folder)).toEqual([
    'index.html: none.html',
    'index.html: #none',
    'index.html: sub/ΔT, P.html#bottom',
    'index.html: none.svg',
  ]);
});
