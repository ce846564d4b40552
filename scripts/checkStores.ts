import {readFile} from 'node:fs/promises';
import type {Browser, BrowserContext, Page} from 'playwright-core';

/**
 * Saves a training in the database of a browser and as a download, and goes on with it after the page was loaded anew.
 *
 * @param examples  address of the folder of examples
 * @returns one line about it
 * @throws Error unless both end as the training that never stopped, bit for bit
 */
export async function checkStores(browser: Browser, examples: string): Promise<string> {
  const context = await browser.newContext({acceptDownloads: true});
  try {
    const page = await opened(context, examples);
    const [download, through] = await Promise.all([page.waitForEvent('download'), page.evaluate('trainThrough()')]);
    const file = await readFile(await download.path());
    await page.close();
    const again = await opened(context, examples);
    const ends = {
      database: await again.evaluate('trainOn()'),
      download: await again.evaluate(`trainOn([${[...file]}])`),
    };
    for (const [from, end] of Object.entries(ends)) {
      if (JSON.stringify(end) !== JSON.stringify(through)) throw new Error(`from the ${from} another training went on`);
    }
    return `browser stores: a training of ${file.length} bytes went on from IndexedDB and from ${download.suggestedFilename()}, bit for bit`;
  } finally {
    await context.close();
  }
}

async function opened(context: BrowserContext, examples: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${examples}browser/`);
  await page.addScriptTag({url: '/scripts/browserStores.js', type: 'module'});
  await page.waitForFunction('globalThis.trainOn', undefined, {timeout: 60_000});
  return page;
}
