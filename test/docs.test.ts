import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, describe, expect, it} from 'vitest';
import {figures} from '../scripts/drawFigures.ts';
import {filesOf, moduleOf} from './support/snippets.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const inFolder = (folder: string) =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? [`${folder}/${name}`] : []));
const pages = ['README.md', ...inFolder('docs'), ...inFolder('docs/guide')];

// Within the project, where packages are found; ignored by git.
mkdirSync(join(root, 'runs'), {recursive: true});
const work = mkdtempSync(join(root, 'runs', 'docs-'));
afterAll(() => rmSync(work, {recursive: true}));

/** Runs a module in a folder of its own. @returns what it printed */
async function run(name: string, code: string): Promise<string> {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'main.ts'), code);
  const {stdout} = await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), 'main.ts'], {
    cwd: folder,
    env: {...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json')},
  });
  return stdout;
}

describe('the snippets in TypeScript run', () => {
  const withCode = pages.filter((page) => moduleOf(read(page)) !== '');
  it.each(withCode)('%s', async (page) => {
    await run(page.replaceAll('/', '-'), moduleOf(read(page)));
  });

  it('are found in all pages of the guide that have code', () => {
    const own = ['tutorial', 'choosing', 'speed', 'saving', 'strategies', 'coming-from'];
    expect(withCode).toEqual(expect.arrayContaining(own.map((name) => `docs/guide/${name}.md`)));
  });
});

it('the first example of README trains, saves and loads as it is printed', async () => {
  const printed = await run('readme', filesOf(read('README.md'))['train.mjs']);
  expect(printed).toMatch(/^R_s = 0\.\d\d: so much of the network was explored\.$/m);
  expect(existsSync(join(work, 'readme', 'sparse', 'model.json'))).toBe(true);
});

it('the pictures of the guide are as their script draws them', () => {
  expect(
    Object.fromEntries(
      readdirSync(join(root, 'docs/guide/figures')).map((name) => [name, read(`docs/guide/figures/${name}`)]),
    ),
  ).toEqual(figures());
});

it.each(pages)('the links of %s lead to files and headings that are there', (page) => {
  const text = read(page).replaceAll(/^```.*?^```/gms, '');
  for (const [, target] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
    const [path, heading] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    expect(existsSync(join(root, file)), `${page}: ${target}`).toBe(true);
    if (heading === undefined) continue;
    const headings = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, title]) => slug(title));
    expect(headings, `${page}: ${target}`).toContain(heading);
  }
});

/** The name of a heading in addresses. */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
