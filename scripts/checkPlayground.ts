/**
 * Builds the playground and uses it in headless Chromium as a visitor would: trains, pauses, saves, loads, shares, draws a digit, drops
 * files, takes the tour; measures how fast it answers while it trains, and looks at it in both themes and widths.
 * `npx tsx scripts/checkPlayground.ts [folder for screenshots]`; the environment variable CHROMIUM names another browser than
 * /usr/bin/chromium.
 */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';
import {build, preview} from 'vite';
import {checkFiles} from './playground/checkFiles.ts';
import {checkLooks} from './playground/checkLooks.ts';
import {checkSaving} from './playground/checkSaving.ts';
import {checkTour} from './playground/checkTour.ts';
import {checkBackends, checkTraining} from './playground/checkTraining.ts';
import type {Visit} from './playground/visitor.ts';

const configFile = fileURLToPath(new URL('../examples/playground/vite.config.ts', import.meta.url));
const [screenshots] = process.argv.slice(2);

const outDir = mkdtempSync(join(tmpdir(), 'itop-playground-'));
await build({configFile, logLevel: 'error', build: {outDir}});
const server = await preview({configFile, logLevel: 'error', build: {outDir}, preview: {port: 0}});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--enable-unsafe-webgpu'],
});
const visit: Visit = {browser, address: server.resolvedUrls!.local[0], screenshots};
for (const check of [checkTraining, checkSaving, checkFiles, checkTour, checkBackends, checkLooks]) {
  const begin = performance.now();
  try {
    const said = await check(visit);
    console.log(`playground: ${said}, ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.error(`playground ${check.name} FAILED: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
await browser.close();
await server.close();
rmSync(outDir, {recursive: true});
process.exit();
