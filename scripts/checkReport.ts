import {build} from 'esbuild';
import type {Browser} from 'playwright-core';
import {parseRunLog} from '../src/log/parseRunLog.ts';
import {renderReport} from '../src/report/renderReport.ts';
import {sampleLayers, sampleLog} from '../test/report/sampleRuns.ts';

/**
 * Makes a report in a page, which must say what that of Node says, and looks at it: it must ask for nothing, show all its
 * pictures, fit a telephone and be readable there.
 *
 * @param screenshot  where to put a picture of it
 * @returns one line about it
 * @throws Error if anything is not as it must be
 */
export async function checkReport(browser: Browser, screenshot?: string): Promise<string> {
  const {outputFiles} = await build({
    stdin: {
      contents: `import {parseRunLog, renderReport} from './src/report.ts';
        globalThis.render = (logs) => renderReport(logs.map(parseRunLog));`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  const logs = [
    sampleLog({name: 'Dense', layers: sampleLayers(false)}),
    sampleLog({name: 'SET', imageShape: [2, 3]}),
    sampleLog({name: 'RigL', imageShape: [2, 3], measures: {curve: [0.9, 0.8]}}),
  ];
  const page = await browser.newPage({viewport: {width: 375, height: 800}});
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => errors.push(message.text()));
  page.on('request', (request) => errors.push(`asked for ${request.url()}`));
  try {
    await page.addScriptTag({content: outputFiles[0].text});
    const html = (await page.evaluate(`render(${JSON.stringify(logs)})`)) as string;
    const text = (html: string) => html.replace(/<[^>]*>/g, '');
    if (text(html) !== text(renderReport(logs.map(parseRunLog)))) errors.push('it does not say what that of Node says');
    await page.setContent(html);
    const {width, images, broken} = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      images: document.images.length,
      broken: [...document.images].filter(({naturalWidth}) => naturalWidth === 0).length,
    }));
    if (width > 375) errors.push(`the page is ${width} pixels wide`);
    const smallest = await page.evaluate(() =>
      Math.min(
        ...[...document.querySelectorAll<SVGTextElement>('svg text')].map(
          (text) => Number.parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM()!.a,
        ),
      ),
    );
    if (smallest < 11) errors.push(`text is ${smallest.toFixed(1)} pixels high`);
    if (images === 0 || broken > 0) errors.push(`${broken} of ${images} pictures are broken`);
    if (screenshot) await page.screenshot({path: screenshot, fullPage: true});
    if (errors.length > 0) throw new Error(errors.join('\n  '));
    return `browser report: ${images} pictures, ${html.length} characters`;
  } finally {
    await page.close();
  }
}
