import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import type {Browser} from 'playwright-core';
import {makePlan} from '../src/planner/makePlan.ts';
import {NETWORKS} from '../src/planner/networks.ts';
import {DEFAULTS} from '../src/planner/planFields.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Plans in planner.html.
 *
 * @param screenshot  where to put a picture of it, if anywhere
 * @returns one line about it
 * @throws Error if anything is not as it must be
 */
export async function checkPlanner(browser: Browser, screenshot?: string): Promise<string> {
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
    // After Back the results are those of the fields, which the browser fills in again.
    await page.goto('about:blank');
    await page.goBack();
    const back = await page.evaluate(() => {
      const {density, layers, updateInterval} = Object.fromEntries(new FormData(document.forms[0])) as Record<
        string,
        string
      >;
      return {density, layers, updateInterval, rate: document.querySelector('#rate')?.textContent};
    });
    if (back.updateInterval !== '300') errors.push(`after Back the update interval is ${back.updateInterval}`);
    if (back.rate !== expected) errors.push(`after Back the fields ${JSON.stringify(back)} must give ${expected}`);
    if ((await page.textContent('#curve .target-label')) !== 'to reach: 0.9') errors.push('the target has no label');
    for (const width of [1280, 375]) {
      await page.setViewportSize({width, height: 900});
      const cut = await page.evaluate(() => {
        const context = document.createElement('canvas').getContext('2d')!;
        return [...document.querySelectorAll('select')].flatMap((select) => {
          const style = getComputedStyle(select);
          context.font = style.font;
          const room = select.clientWidth - Number.parseFloat(style.paddingLeft) - 24; // for its arrow
          return [...select.options].filter(({text}) => context.measureText(text).width > room).map(({text}) => text);
        });
      });
      if (cut.length > 0) errors.push(`at ${width} pixels these choices are cut off: ${cut.join(', ')}`);
    }
    if (screenshot) await page.screenshot({path: screenshot, fullPage: true});
    await page.fill('[name=density]', '5');
    await page.waitForFunction(() => document.querySelector('#error')?.textContent?.includes('received 5.'));
    if (errors.length > 0) throw new Error(errors.join('\n  '));
    return `browser planner: R_s ${expected}`;
  } finally {
    await page.close();
    rmSync(folder, {recursive: true});
  }
}
