import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, describe, expect, it, vi} from 'vitest';
import {figures} from '../scripts/drawFigures.ts';
import {filesOf, moduleOf, snippetsOf} from './support/snippets.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const inFolder = (folder: string) =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? [`${folder}/${name}`] : []));
const pages = ['README.md', ...inFolder('docs'), ...inFolder('docs/guide')];

// Within the project, where packages are found; ignored by git.
mkdirSync(join(root, 'runs'), {recursive: true});
const work = mkdtempSync(join(root, 'runs', 'docs-'));
afterAll(() => {
  process.chdir(root);
  rmSync(work, {recursive: true});
});

/** A module in a folder of its own. @returns the folder */
function write(name: string, code: string): string {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'main.ts'), code);
  return folder;
}

describe('the snippets in TypeScript run', () => {
  const withCode = pages.filter((page) => moduleOf(read(page)) !== '');

  // In one process, which loads TensorFlow.js once: each page brings its backend itself.
  it.each(withCode)('%s', async (page) => {
    const code = moduleOf(read(page));
    if (code.includes("startBackend('wasm')")) expect(code).toContain("import '@tensorflow/tfjs-backend-wasm';");
    const folder = write(page.replaceAll('/', '-'), code);
    process.chdir(folder);
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await import(join(folder, 'main.ts')).finally(() => log.mockRestore());
  });

  it('the tutorial is one program, as it is printed', () => {
    expect(snippetsOf(read('docs/guide/tutorial.md')).some(({isHidden}) => isHidden)).toBe(false);
  });

  it('are found in all pages of the guide that have code', () => {
    const own = ['tutorial', 'choosing', 'speed', 'saving', 'strategies', 'coming-from'];
    expect(withCode).toEqual(expect.arrayContaining(own.map((name) => `docs/guide/${name}.md`)));
  });
});

it('the first example of README trains, saves and loads as it is printed', async () => {
  const cwd = write('readme', filesOf(read('README.md'))['train.mjs']);
  const {stdout: printed} = await promisify(execFile)(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), 'main.ts'],
    {
      cwd,
      env: {...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json')},
    },
  );
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

const REPOSITORY = 'https://github.com/itop-js/itop/blob/main/';
/** Documents and pictures in the package, from which relative links must not lead out. */
const PUBLISHED =
  /^(docs\/(guide|methods|coverage)\.md|docs\/compare\.svg|docs\/guide\/.*|README\.md|CHANGELOG\.md|SECURITY\.md)$/;

it.each([
  ...pages,
  'CHANGELOG.md',
  'SECURITY.md',
])('the links of %s lead to files and headings that are there', (page) => {
  const text = read(page).replaceAll(/^```.*?^```/gms, '');
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    const [path, heading] = target.replace(REPOSITORY, '').split('#');
    if (/^https?:/.test(path)) continue;
    const isRelative = !target.startsWith(REPOSITORY);
    const file = path === '' ? page : isRelative ? join(dirname(page), path) : path;
    if (isRelative && PUBLISHED.test(page)) expect(file, `${page} in the package: ${target}`).toMatch(PUBLISHED);
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
