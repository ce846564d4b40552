/**
 * Follows the README as a newcomer: installs the packed library, makes the files that it prints, trains in Node, and in pages of Vite,
 * its server and its production build, isolated or not. `npm run build`, then `npx tsx scripts/checkReadme.ts`; the environment
 * variable CHROMIUM names another browser than /usr/bin/chromium.
 */

import {execFileSync} from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Browser, chromium} from 'playwright-core';
import {build, createServer, preview} from 'vite';
import {filesOf, moduleOf} from '../test/support/snippets.ts';

const TIMEOUT_MS = 240_000;
const ISOLATION = {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'};

const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(join(root, 'runs'), {recursive: true});
const folder = mkdtempSync(join(tmpdir(), 'itop-readme-'));
try {
  install();
  const files = filesOf(readFileSync(join(root, 'README.md'), 'utf8'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  checkTypes();
  trainInNode();
  await trainInPages();
} finally {
  rmSync(folder, {recursive: true});
}

/** Unpacks the library as npm would, beside links to packages that are here already. */
function install(): void {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {cwd: root});
  const [{filename}] = JSON.parse(packed.toString('utf8')) as {filename: string}[];
  const own = join(folder, 'node_modules', 'itop');
  mkdirSync(own, {recursive: true});
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', own, '--strip-components=1']);
  const {dependencies} = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as {dependencies: object};
  const tfjs = readdirSync(join(root, 'node_modules', '@tensorflow')).map((name) => `@tensorflow/${name}`);
  for (const name of [...Object.keys(dependencies), ...tfjs]) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), {recursive: true});
    symlinkSync(join(root, 'node_modules', name), link);
  }
}

/** Checks the types in all snippets of the guide, against the sources. */
function checkTypes(): void {
  const begin = performance.now();
  const pages = readdirSync(join(root, 'docs', 'guide')).filter((name) => name.endsWith('.md'));
  const types = mkdtempSync(join(root, 'runs', 'types-'));
  try {
    const files = pages.map((page) => {
      const name = page.replace('.md', '.ts');
      writeFileSync(join(types, name), moduleOf(readFileSync(join(root, 'docs', 'guide', page), 'utf8')));
      return name;
    });
    const relaxed = {noUnusedLocals: false, noUnusedParameters: false};
    writeFileSync(
      join(types, 'tsconfig.json'),
      JSON.stringify({extends: '../../tsconfig.json', compilerOptions: relaxed, files}),
    );
    execFileSync('npx', ['tsc', '-p', types], {cwd: root, stdio: ['ignore', 'inherit', 'inherit']});
  } finally {
    rmSync(types, {recursive: true});
  }
  console.log(`Guide: the types of the snippets of ${pages.length} pages are right, ${seconds(begin)}`);
}

function trainInNode(): void {
  const begin = performance.now();
  const printed = execFileSync(process.execPath, ['train.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString();
  const [, rate] = /^R_s = (0\.\d\d):/m.exec(printed) ?? [];
  if (!(Number(rate) > 0.1)) throw new Error(`README, Node: R_s must rise, printed\n${printed}`);
  for (const name of ['sparse', 'dense']) {
    if (!existsSync(join(folder, name, 'model.json')))
      throw new Error(`README, Node: the folder ${name} must hold a model`);
  }
  console.log(`README in Node: R_s ${rate}, two models saved, ${seconds(begin)}`);
}

async function trainInPages(): Promise<void> {
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium'});
  const common = {root: folder, configFile: false, logLevel: 'error'} as const;
  try {
    // What lies behind the links is outside the folder.
    const server = await createServer({...common, server: {port: 0, fs: {strict: false}}});
    await server.listen();
    await trainInPage(browser, 'the server of Vite', server.resolvedUrls!.local[0], false);
    await server.close();
    await build({...common, build: {chunkSizeWarningLimit: 10_000}});
    for (const isIsolated of [false, true]) {
      const served = await preview({...common, preview: {port: 0, headers: isIsolated ? ISOLATION : {}}});
      const name = `a build of Vite${isIsolated ? ', isolated' : ''}`;
      await trainInPage(browser, name, served.resolvedUrls!.local[0], isIsolated);
      await served.close();
    }
  } finally {
    await browser.close();
  }
}

/** @throws Error if the page does not train and save, or has threads where memory cannot be shared, or none where it can */
async function trainInPage(browser: Browser, name: string, address: string, isIsolated: boolean): Promise<void> {
  const begin = performance.now();
  const page = await browser.newPage();
  const errors: string[] = [];
  let threads = 0;
  page.on('pageerror', ({message}) => errors.push(message));
  page.on('worker', () => threads++);
  try {
    await page.goto(address);
    await page
      .waitForFunction(() => document.querySelector('#log')?.textContent?.includes('saved'), undefined, {
        timeout: TIMEOUT_MS,
      })
      .catch((error: Error) => errors.push(error.message.split('\n')[0]));
    const text = (await page.textContent('#log')) ?? '';
    if (threads > 0 !== isIsolated) errors.push(`${threads} threads`);
    if (errors.length > 0) throw new Error(`README, ${name}: ${errors.join('; ')}. The page says\n${text}`);
    const last = text.trim().split('\n').slice(-3, -1).join(', ');
    console.log(`README in ${name}: ${last}, ${threads} threads beside the page's, ${seconds(begin)}`);
  } finally {
    await page.close();
  }
}

function seconds(begin: number): string {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`;
}
