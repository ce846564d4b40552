/**
 * Installs the packed package into fresh projects and trains three steps there: in Node as ES module and as CommonJS, in Deno, in
 * Bun, in pages built by esbuild, Vite and webpack, with TensorFlow.js 4.20 to 4.22; and has TypeScript read every entry. Needs a build:
 * `npm run build`, then `npx tsx scripts/checkConsumers.ts`. The environment variable CHROMIUM names another browser than
 * /usr/bin/chromium.
 */
import {execFile, execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {type Browser, chromium} from 'playwright-core';
import {COMMONJS, MODULE, TYPED} from './consumers/training.ts';

const TIMEOUT_MS = 120_000;
const TOOLS = ['esbuild@0.28', 'vite@7', 'webpack@5', 'typescript@6.0.3', 'deno@2.9.6', 'bun@1.4.5', '@types/node@20'];
/** A page that a bundler reads, and one that shows what it wrote. */
const PAGE = '<!doctype html><script type="module" src="./main.js"></script>';
const WEBPACK = `require('webpack')(
  {mode: 'production', target: 'web', entry: './main.js', output: {path: __dirname + '/webpack', filename: 'main.js'}, performance: {hints: false}},
  (error, stats) => {
    if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exit(1); }
  },
);`;

const exec = promisify(execFile);
const work = mkdtempSync(join(tmpdir(), 'itop-consumers-'));
const tarball = join(
  work,
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', work], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim(),
);

try {
  const current = await install('current', '4.22.0', TOOLS);
  await attempt('Node, ES module', () => run(current, process.execPath, 'main.mjs'));
  await attempt('Node, CommonJS', () => run(current, process.execPath, 'main.cjs'));
  await attempt('Deno', () =>
    run(current, join(current, 'node_modules/.bin/deno'), 'run', '-A', '--node-modules-dir=manual', 'main.mjs'),
  );
  await attempt('Bun', () => run(current, join(current, 'node_modules/.bin/bun'), 'main.mjs'));
  for (const resolution of ['node16', 'bundler']) {
    const module = resolution === 'bundler' ? 'esnext' : 'node16';
    await attempt(`TypeScript, ${resolution}`, () =>
      run(
        current,
        process.execPath,
        'node_modules/typescript/bin/tsc',
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--target',
        'es2022',
        '--module',
        module,
        '--moduleResolution',
        resolution,
        'main.ts',
      ),
    );
  }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const bin = (name: string) => join(current, 'node_modules', name);
  await attempt('esbuild', async () => {
    await run(
      current,
      bin('esbuild/bin/esbuild'),
      'main.js',
      '--bundle',
      '--minify',
      '--format=esm',
      '--outfile=esbuild/main.js',
    );
    return train(browser, join(current, 'esbuild'));
  });
  await attempt('Vite', async () => {
    await run(current, process.execPath, bin('vite/bin/vite.js'), 'build', '--outDir', 'vite', '--logLevel', 'warn');
    return train(browser, join(current, 'vite'));
  });
  await attempt('webpack', async () => {
    await run(current, process.execPath, 'webpack.cjs');
    return train(browser, join(current, 'webpack'));
  });
  await browser.close();
  for (const version of ['4.20.0', '4.21.0']) {
    const older = await install(version, version, []);
    await attempt(`TensorFlow.js ${version}`, () => run(older, process.execPath, 'main.mjs'));
    rmSync(older, {recursive: true});
  }
} finally {
  rmSync(work, {recursive: true});
}

/** A fresh project with the package in it. @returns its folder */
async function install(name: string, tfjs: string, tools: readonly string[]): Promise<string> {
  const folder = join(work, name);
  mkdirSync(folder);
  const files: Readonly<Record<string, string>> = {
    'package.json': '{"name": "consumer", "private": true, "type": "module"}',
    'main.js': MODULE,
    'main.mjs': MODULE,
    'main.cjs': COMMONJS,
    'main.ts': TYPED,
    'webpack.cjs': WEBPACK,
    'index.html': PAGE,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const packages = [tarball, `@tensorflow/tfjs@${tfjs}`, ...tools];
  await exec('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], {cwd: folder});
  return folder;
}

/** Runs a program. @returns the last line that it prints */
async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  const {stdout} = await exec(program, args, {cwd, timeout: TIMEOUT_MS});
  return stdout.trim().split('\n').at(-1) ?? '';
}

/** Trains in a page of what a bundler wrote. @returns the losses */
async function train(browser: Browser, folder: string): Promise<string> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.route('http://consumer.test/**', (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === '/' && !folder.endsWith('vite')) return route.fulfill({contentType: 'text/html', body: PAGE});
    const contentType = path.endsWith('.js') ? 'text/javascript' : 'text/html';
    return route.fulfill({contentType, body: readFileSync(join(folder, path === '/' ? 'index.html' : path), 'utf8')});
  });
  await page.goto('http://consumer.test/');
  await page
    .waitForFunction('globalThis.losses ?? globalThis.failure', undefined, {timeout: TIMEOUT_MS})
    .catch((error: Error) => errors.push(error.message));
  const [losses, failure] = (await page.evaluate('[globalThis.losses, globalThis.failure]')) as [number[]?, string?];
  await page.close();
  if (!losses) throw new Error([failure, ...errors].filter(Boolean).join('\n  '));
  return losses.map((loss) => loss.toFixed(3)).join(' -> ');
}

/** Prints what a check says, or that it failed. */
async function attempt(name: string, check: () => Promise<string>): Promise<void> {
  const begin = performance.now();
  const seconds = () => ((performance.now() - begin) / 1000).toFixed(1);
  try {
    console.log(`consumer ${name}: ${await check()} (${seconds()} s)`);
  } catch (error) {
    const {message, stdout = '', stderr = ''} = error as Error & {stdout?: string; stderr?: string};
    console.error(`consumer ${name} FAILED: ${[message, stdout, stderr].join('\n')}`);
    process.exitCode = 1;
  }
}
