/**
 * Trains in headless Chromium. First a small network with two updates on every backend, which must come to what cpu comes to; then in
 * the pages of examples/, with digits on every backend, and with a wide network: the loss must fall, R_s must rise, and the pages must
 * log no error; on wasm also in pages that are cross-origin isolated, with threads. Then both files for pages without a bundler train,
 * a training that was saved in the browser goes on, a report is made and looked at, and planner.html, opened as a file, plans.
 * `npx tsx scripts/checkBrowser.ts [folder for screenshots]`; the environment variable CHROMIUM names another browser than
 * /usr/bin/chromium.
 */

import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {context} from 'esbuild';
import {type Browser, chromium, type Page, type Route} from 'playwright-core';
import type {TrainingResult} from './browserTraining.ts';
import {checkPlanner} from './checkPlanner.ts';
import {checkReport} from './checkReport.ts';
import {checkScripts} from './checkScripts.ts';
import {checkStores} from './checkStores.ts';

const BACKENDS = ['wasm', 'webgl', 'webgpu', 'cpu'] as const;
/** Enough for the loss to fall and for two updates. */
const STEPS = 60;
/** Two epochs of the wide network, hence two updates. */
const WIDE_STEPS = 24;
const TIMEOUT_MS = 120_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const [screenshots] = process.argv.slice(2);

/** Builds the examples in memory and serves them. @returns the address of their folder */
async function serve(): Promise<string> {
  const bundle = await context({
    absWorkingDir: root,
    entryPoints: [
      'examples/browser/main.ts',
      'examples/wide/main.ts',
      'scripts/browserTraining.ts',
      'scripts/browserStores.ts',
    ],
    outdir: '.',
    outbase: '.',
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
  });
  const {warnings} = await bundle.rebuild();
  for (const {text, location} of warnings) console.error(`build: ${text} (${location?.file}:${location?.line})`);
  if (warnings.length > 0) process.exitCode = 1;
  const {port} = await bundle.serve({host: '127.0.0.1', servedir: root});
  return `http://127.0.0.1:${port}/examples/`;
}

/** What is to be tried. */
interface Check {
  readonly name: string;
  /** Folder of the page. */
  readonly page: string;
  /** What is chosen in its form. */
  readonly settings: Readonly<Record<string, string>>;
  /** Steps to wait for. */
  readonly steps: number;
  /** Whether the page is cross-origin isolated: then tfjs and the fused step run on threads and shared memory. */
  readonly isIsolated?: boolean;
}

/**
 * Trains on a page.
 *
 * @returns one line about it
 * @throws Error if anything is not as it must be
 */
async function check(browser: Browser, examples: string, what: Check): Promise<string> {
  const {name, settings, steps, isIsolated = false} = what;
  const page = await browser.newPage();
  if (isIsolated) await page.route('**', isolate);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  try {
    await page.goto(examples + what.page);
    if ((await page.evaluate('crossOriginIsolated')) !== isIsolated) errors.push(`isolated: ${!isIsolated}`);
    for (const [field, value] of Object.entries(settings)) await page.selectOption(`[name=${field}]`, value);
    await page.click('button');
    await page.waitForFunction(
      (steps) => {
        const status = document.querySelector('#status')?.textContent ?? '';
        const [, step] = /step (\d+) of/.exec(status) ?? [];
        return Number(step) >= steps || status.startsWith('startBackend:');
      },
      steps,
      {timeout: TIMEOUT_MS},
    );
    const status = await text(page, '#status');
    if (status.startsWith('startBackend:')) throw new Error(status);
    await page.click('button');
    if (screenshots) await page.screenshot({path: join(screenshots, `${name}.png`), fullPage: true});
    const [loss, rate] = [await text(page, '#loss'), await text(page, '#exploration')];
    const line = `browser ${name}: loss ${loss}, R_s ${rate}`.replaceAll('→', '->');
    const [lossBefore, lossAfter] = ends(loss);
    const [rateBefore, rateAfter] = ends(rate);
    if (!(lossAfter < 0.8 * lossBefore)) errors.push('the loss did not fall');
    if (!(rateAfter > rateBefore)) errors.push('R_s did not rise');
    if (errors.length > 0) throw new Error(`${line}\n  ${errors.join('\n  ')}`);
    return line;
  } finally {
    await page.close();
  }
}

/** Trains the small network of browserTraining.ts on a backend. @throws Error if the page logs an error */
async function trainSmall(browser: Browser, examples: string, backend: string): Promise<TrainingResult> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  try {
    await page.goto(`${examples}browser/`);
    await page.addScriptTag({url: '/scripts/browserTraining.js', type: 'module'});
    await page.waitForFunction('globalThis.trainOn', undefined, {timeout: TIMEOUT_MS});
    const result = (await page.evaluate(`trainOn('${backend}')`)) as TrainingResult;
    if (errors.length > 0) throw new Error(errors.join('\n'));
    return result;
  } finally {
    await page.close();
  }
}

/** Compares a training with the one on cpu. @returns one line about it @throws Error if they are not the same up to rounding */
function compare(backend: string, actual: TrainingResult, expected: TrainingResult): string {
  const apart = Math.max(...expected.losses.map((loss, step) => Math.abs(actual.losses[step] / loss - 1)));
  // Of gradients that are equal up to rounding, backends may grow one or the other.
  const others = actual.positions.flatMap((own, layer) => {
    const known = new Set(expected.positions[layer]);
    return own.filter((position) => !known.has(position));
  }).length;
  const [first, last] = [actual.losses[0], actual.losses.at(-1)!];
  const line = `browser ${backend} as cpu: loss ${first.toFixed(4)} -> ${last.toFixed(4)}, at most ${apart.toExponential(1)} apart, ${actual.moved} connections moved, ${others} elsewhere`;
  const faults = [
    apart <= 1e-3 ? '' : 'the losses differ',
    others <= 0.02 * expected.moved ? '' : 'the connections differ',
    expected.moved > 0 ? '' : 'no connection moved',
    actual.replays > 0 === (backend === 'webgpu') ? '' : `${actual.replays} steps were replayed`,
    last < first ? '' : 'the loss did not fall',
    actual.programs > 0 === (backend === 'webgpu') ? '' : `${actual.programs} programs of the library ran`,
    actual.invalid ?? '',
  ].filter((fault) => fault !== '');
  if (faults.length > 0) throw new Error(`${line}\n  ${faults.join('\n  ')}`);
  return line;
}

/** Answers with the headers by which a page asks for shared memory. */
async function isolate(route: Route): Promise<void> {
  const response = await route.fetch();
  const headers = {
    ...response.headers(),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  await route.fulfill({response, headers});
}

/** The first and the last value of a curve, from what a page shows: `2.30 → 0.61`, `0.081 % → 0.13 %`. */
function ends(shown: string): number[] {
  return shown.split(' → ').map(Number.parseFloat);
}

async function text(page: Page, selector: string): Promise<string> {
  return (await page.textContent(selector)) ?? '';
}

const address = await serve();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--enable-unsafe-webgpu'],
});
const checks: readonly Check[] = [
  ...BACKENDS.map((backend) => ({name: backend, page: 'browser/', settings: {backend}, steps: STEPS})),
  {name: 'wasm-isolated', page: 'browser/', settings: {backend: 'wasm'}, steps: STEPS, isIsolated: true},
  {name: 'wide', page: 'wide/', settings: {neurons: '100000'}, steps: WIDE_STEPS},
  {name: 'wide-isolated', page: 'wide/', settings: {neurons: '100000'}, steps: WIDE_STEPS, isIsolated: true},
];
let onCpu: Promise<TrainingResult> | undefined;
for (const backend of BACKENDS) {
  await attempt(`${backend} as cpu`, async () => {
    onCpu ??= trainSmall(browser, address, 'cpu');
    const expected = await onCpu;
    return compare(backend, await trainSmall(browser, address, backend), expected);
  });
}
for (const what of checks) await attempt(what.name, () => check(browser, address, what));
await attempt('without a bundler', () => checkScripts(browser, address));
await attempt('stores', () => checkStores(browser, address));
await attempt('report', () => checkReport(browser, screenshots && join(screenshots, 'report.png')));
await attempt('planner', () => checkPlanner(browser, screenshots && join(screenshots, 'planner.png')));
await browser.close();
process.exit();

/** Prints what a check says, or that it failed. */
async function attempt(name: string, run: () => Promise<string>): Promise<void> {
  try {
    console.log(await run());
  } catch (error) {
    console.error(`browser ${name} FAILED: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
