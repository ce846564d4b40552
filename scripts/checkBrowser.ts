/**
 * Trains the browser example on every backend in headless Chromium: the loss must fall, R_s must rise, and the page must log
 * no error. `npx tsx scripts/checkBrowser.ts [folder for screenshots]`; the environment variable CHROMIUM names another
 * browser than /usr/bin/chromium.
 */

import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {context} from 'esbuild';
import {type Browser, chromium, type Page} from 'playwright-core';

const BACKENDS = ['wasm', 'webgl', 'webgpu', 'cpu'] as const;
/** Enough for the loss to fall and for two updates. */
const STEPS = 60;
const TIMEOUT_MS = 120_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const [screenshots] = process.argv.slice(2);

/** Builds the example in memory and serves it. @returns its address */
async function serve(): Promise<string> {
  const bundle = await context({
    absWorkingDir: root,
    entryPoints: ['examples/browser/main.ts'],
    outdir: 'examples/browser',
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
  });
  const {warnings} = await bundle.rebuild();
  for (const {text, location} of warnings) console.error(`build: ${text} (${location?.file}:${location?.line})`);
  if (warnings.length > 0) process.exitCode = 1;
  const {port} = await bundle.serve({host: '127.0.0.1', servedir: root});
  return `http://127.0.0.1:${port}/examples/browser/`;
}

/** Trains on a backend. @returns one line about it @throws Error if anything is not as it must be */
async function check(browser: Browser, address: string, backend: string): Promise<string> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  try {
    await page.goto(address);
    await page.selectOption('[name=backend]', backend);
    await page.click('button');
    await page.waitForFunction(
      (steps) => {
        const status = document.querySelector('#status')?.textContent ?? '';
        const [, step] = /step (\d+) of/.exec(status) ?? [];
        return Number(step) >= steps || status.includes('does not start');
      },
      STEPS,
      {timeout: TIMEOUT_MS},
    );
    const status = await text(page, '#status');
    if (status.includes('does not start')) throw new Error(status);
    await page.click('button');
    if (screenshots) await page.screenshot({path: join(screenshots, `${backend}.png`), fullPage: true});
    const loss = await curve(page, '#loss');
    const rate = await curve(page, '#exploration');
    const line = `browser ${backend}: loss ${arrow(loss)}, R_s ${arrow(rate)}`;
    if (!(loss[1] < 0.8 * loss[0])) errors.push('the loss did not fall');
    if (!(rate[1] > rate[0])) errors.push('R_s did not rise');
    if (errors.length > 0) throw new Error(`${line}\n  ${errors.join('\n  ')}`);
    return line;
  } finally {
    await page.close();
  }
}

/** The first and the last value of a curve, as the page shows them: `2.30 → 0.61`. */
async function curve(page: Page, selector: string): Promise<number[]> {
  return (await text(page, selector)).split(' → ').map(Number);
}

function arrow(ends: readonly number[]): string {
  return ends.map((end) => end.toFixed(2)).join(' -> ');
}

async function text(page: Page, selector: string): Promise<string> {
  return (await page.textContent(selector)) ?? '';
}

const address = await serve();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--enable-unsafe-webgpu'],
});
for (const backend of BACKENDS) {
  try {
    console.log(await check(browser, address, backend));
  } catch (error) {
    console.error(`browser ${backend} FAILED: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
await browser.close();
process.exit();
