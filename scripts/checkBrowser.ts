/**
 * Trains in the pages of examples/ in headless Chromium, with digits on every backend, and with a wide network: the loss must
 * fall, R_s must rise, and the pages must log no error; on wasm also in pages that are cross-origin isolated, with threads. Then a
 * report is made and looked at, and planner.html, opened as a file, plans. `npx tsx scripts/checkBrowser.ts [folder for screenshots]`; the
 * environment variable CHROMIUM names another browser than /usr/bin/chromium.
 */

import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {context} from 'esbuild';
import {type Browser, chromium, type Page, type Route} from 'playwright-core';
import {makePlan} from '../src/planner/makePlan.ts';
import {NETWORKS} from '../src/planner/networks.ts';
import {DEFAULTS} from '../src/planner/planFields.ts';
import {checkReport} from './checkReport.ts';

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
    entryPoints: ['examples/browser/main.ts', 'examples/wide/main.ts'],
    outdir: 'examples',
    outbase: 'examples',
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
        return Number(step) >= steps || status.includes('does not start');
      },
      steps,
      {timeout: TIMEOUT_MS},
    );
    const status = await text(page, '#status');
    if (status.includes('does not start')) throw new Error(status);
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

/**
 * Plans in planner.html.
 *
 * @returns one line about it
 * @throws Error if anything is not as it must be
 */
async function checkPlanner(browser: Browser): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'planner-'));
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) errors.push(`the page loads ${request.url()}`);
  });
  try {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/buildPlanner.ts', folder], {cwd: root});
    await page.goto(pathToFileURL(join(folder, 'planner.html')).href);
    await page.selectOption('#network', 'ResNet-18');
    await page.fill('[name=updateInterval]', '300');
    const {plan} = makePlan({...DEFAULTS, layers: NETWORKS['ResNet-18'].layers, updateInterval: '300'});
    const expected = `${plan.rate.toFixed(3)} after 78,200 steps, 260 updates`;
    await page.waitForFunction((text) => document.querySelector('#rate')?.textContent === text, expected);
    if (screenshots) await page.screenshot({path: join(screenshots, 'planner.png'), fullPage: true});
    await page.fill('[name=density]', '5');
    await page.waitForFunction(() => document.querySelector('#error')?.textContent?.includes('received 5.'));
    if (errors.length > 0) throw new Error(errors.join('\n  '));
    return `browser planner: R_s ${expected}`;
  } finally {
    await page.close();
    rmSync(folder, {recursive: true});
  }
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
for (const what of checks) {
  try {
    console.log(await check(browser, address, what));
  } catch (error) {
    console.error(`browser ${what.name} FAILED: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
for (const [name, check] of Object.entries({
  report: () => checkReport(browser, screenshots && join(screenshots, 'report.png')),
  planner: () => checkPlanner(browser),
})) {
  try {
    console.log(await check());
  } catch (error) {
    console.error(`browser ${name} FAILED: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
await browser.close();
process.exit();
