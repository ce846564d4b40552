import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {notebookPages} from '../../scripts/docs/notebookPages.ts';

test('a notebook becomes a page with its text, code, printed lines, pictures and links', () => {
  const folder = mkdtempSync(join(tmpdir(), 'notebooks-'));
  try {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    mkdirSync(from);
    const cells = [
      {cell_type: 'markdown', source: ['# First steps\n', '\n', 'See [next](2-next.ipynb) and [code](../code.ts).']},
      {
        cell_type: 'code',
        source: ['const a = 1;\n', 'console.log(a)'],
        outputs: [{text: ['1\n']}, {data: {'image/svg+xml': ['<svg/>']}}, {data: {'text/html': ['<b>bold</b>']}}],
      },
    ];
    writeFileSync(join(from, '1-first.ipynb'), JSON.stringify({cells}));
    writeFileSync(join(from, 'README.md'), '# Notebooks\n\n[first](1-first.ipynb)\n');
    const index = notebookPages(from, to);
    expect(readFileSync(join(to, '1-first.md'), 'utf8')).toBe(
      [
        '---\ntitle: "1 First steps"\n---',
        '# First steps\n\nSee [next](2-next.md) and [code](../code.ts).',
        '```ts\nconst a = 1;\nconsole.log(a)\n```',
        '```text\n1\n```',
        '![what the cell above draws](1-1-1.svg)',
        '[What the cell above shows, as a page](1-1-2.html)\n',
      ].join('\n\n'),
    );
    expect(readFileSync(index, 'utf8')).toContain(
      'children:\n  - ./1-first.md\n---\n\n# Notebooks\n\n[first](1-first.md)',
    );
    expect(['1-1-1.svg', '1-1-2.html'].every((name) => existsSync(join(to, name)))).toBe(true);
  } finally {
    rmSync(folder, {recursive: true});
  }
});
