import {createRequire} from 'node:module';
import {join} from 'node:path';
import type {AxeResults} from 'axe-core';
import type {Page} from 'playwright-core';
import {click, must, reaches, type Visit, withPage} from './visitor.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Layout shift of a whole training; 0.1 is called good. */
const SHIFT = 0.02;

/** Both kinds of data in both widths and themes: accessibility, layout, visible focus. */
export async function checkLooks(visit: Visit): Promise<string> {
  let most = 0;
  for (const width of [1280, 375]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const data of ['digits', 'spirals']) {
        const name = `playground-${data}-${width}-${colorScheme}`;
        const look = async (page: Page) => {
          await page.evaluate(observeShifts);
          await click(page, 'Train');
          await reaches(page, 150);
          if (visit.screenshots) await page.screenshot({path: join(visit.screenshots, `${name}.png`), fullPage: true});
          const shift = (await page.evaluate('shift')) as number;
          must(shift <= SHIFT, `${name}: nothing must move, received a shift of ${shift.toFixed(3)}`);
          most = Math.max(most, shift);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          must(wide <= width, `${name}: the page must fit, received ${wide} pixels`);
          await accessible(page, name);
          await focusShows(page, name);
        };
        await withPage(visit, `#data=${data}&steps=400`, look, {viewport: {width, height: 900}, colorScheme});
      }
    }
  }
  return `1280 and 375 pixels, light and dark: axe finds nothing, layout shift ${most.toFixed(3)}`;
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
