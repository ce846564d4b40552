import {createRequire} from 'node:module';
import {join} from 'node:path';
import type {AxeResults} from 'axe-core';
import type {Page} from 'playwright-core';
import {click, isReady, must, reaches, type Visit, withPage} from './visitor.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Layout shift of a whole training; 0.1 is called good. */
const SHIFT = 0.02;

/** Both kinds of data in both widths and themes: accessibility, layout, visible focus. */
export async function checkLooks(visit: Visit): Promise<string> {
  const shifts: number[] = [];
  for (const width of [1280, 375]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const look = async (page: Page) => {
        await click(page, 'Sample');
        await page.evaluate(observeShifts);
        await train(page, 60);
        shifts.push((await page.evaluate('shift')) as number);
        await looksWell(page, visit, `digits-${width}-${colorScheme}`);
        if (width < 800) await page.click('summary');
        await page.selectOption('[name=data]', 'spirals');
        await isReady(page);
        await train(page, 200);
        await looksWell(page, visit, `spirals-${width}-${colorScheme}`);
      };
      await withPage(visit, '#data=digits&steps=200', look, {viewport: {width, height: 900}, colorScheme});
    }
  }
  const most = Math.max(...shifts);
  must(most <= SHIFT, `nothing must move while a network trains, received a shift of ${most.toFixed(3)}`);
  return `1280 and 375 pixels, light and dark: axe finds nothing, layout shift ${most.toFixed(3)}`;
}

async function train(page: Page, steps: number): Promise<void> {
  await click(page, 'Train');
  await reaches(page, steps);
  await click(page, 'Pause');
  await isReady(page);
}

/** Leaves a picture, which itself resizes the page, and examines what is there. */
async function looksWell(page: Page, {screenshots}: Visit, name: string): Promise<void> {
  if (screenshots) await page.screenshot({path: join(screenshots, `playground-${name}.png`), fullPage: true});
  const {wide, width} = await page.evaluate(() => ({wide: document.documentElement.scrollWidth, width: innerWidth}));
  must(wide <= width, `${name}: the page must fit, received ${wide} pixels`);
  await accessible(page, name);
  await focusShows(page, name);
}

/** Runs in the page. */
function observeShifts(): void {
  Object.assign(globalThis, {shift: 0});
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const {value} = entry as PerformanceEntry & {readonly value: number};
      (globalThis as unknown as {shift: number}).shift += value;
    }
  }).observe({type: 'layout-shift'});
}

async function accessible(page: Page, name: string): Promise<void> {
  await page.addScriptTag({path: axe});
  const {violations} = (await page.evaluate('axe.run()')) as AxeResults;
  const faults = violations.map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html.slice(0, 100)).join(' | ')}`);
  must(faults.length === 0, `${name}: axe finds\n    ${faults.join('\n    ')}`);
}

/** Every stop of the Tab key must be seen. */
async function focusShows(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < 8; stop++) {
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => {
      const focused = document.activeElement!;
      return focused === document.body ? 'solid' : getComputedStyle(focused).outlineStyle;
    });
    must(outline !== 'none', `${name}: the focus must be visible at stop ${stop + 1}`);
  }
}
