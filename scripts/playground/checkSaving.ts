import {readFileSync} from 'node:fs';
import type {Download, Page} from 'playwright-core';
import {parseRunLog} from '../../src/log/parseRunLog.ts';
import {click, compared, isReady, must, reaches, type Visit, withPage} from './visitor.ts';

/** Downloads the sparse model and loads it in another page, where it must be as good; takes the log, and opens the report. */
export function checkSaving(visit: Visit): Promise<string> {
  return withPage(
    visit,
    '#data=circle&steps=300',
    async (page) => {
      await click(page, 'Train');
      await page.waitForSelector('#status[data-state=done]');
      const before = await measures(page);
      const [json, weights] = await downloads(page, 'Download model', 2);
      const [log] = await downloads(page, 'Download log', 2);
      const run = parseRunLog(readFileSync(log, 'utf8'));
      const end = run.epochs.at(-1)!;
      must(
        end.step === 300 && `${(100 * Number(end.metrics.val_acc)).toFixed(1)} %` === before[0],
        `the log must end at step 300 with ${before[0]}, received step ${end.step} with ${end.metrics.val_acc}`,
      );
      must(
        run.updates.length === 7 && run.damaged.length === 0,
        `the log must have 7 updates, received ${run.updates.length}`,
      );
      const popup = page.waitForEvent('popup');
      await click(page, 'Open report');
      const report = await popup;
      await report.waitForSelector('svg');
      const text = await report.textContent('body');
      must(text?.includes('dense') === true, 'the report must have both networks');
      await report.close();
      const after = await withPage(visit, '#data=circle&steps=300&seed=2', async (other) => {
        await other.setInputFiles('input[accept=".json,.bin"]', [json, weights]);
        await other.waitForFunction(
          (shown) => document.querySelector('#comparison')?.textContent?.includes(shown),
          before[0],
        );
        await isReady(other);
        const loaded = await measures(other);
        const status = await other.textContent('#status');
        must(status?.startsWith('2-24-24-2 (loaded)') === true, `a loaded model must be named so, received ${status}`);
        await click(other, 'Train');
        await reaches(other, 20);
        return loaded;
      });
      must(String(after) === String(before), `a loaded model must be as it was, ${before}, received ${after}`);
      return `model saved and loaded with accuracy ${before[0]}, ${before[1]} connections; log of ${run.updates.length} updates, report`;
    },
    {acceptDownloads: true},
  );
}

/** Accuracy and connections of the sparse network. */
async function measures(page: Page): Promise<string[]> {
  return [(await compared(page, 'Test accuracy'))[0], (await compared(page, 'Connections'))[0]];
}

/** The files that a button gives. */
async function downloads(page: Page, button: string, count: number): Promise<string[]> {
  const files: Promise<string>[] = [];
  const keep = (download: Download) => {
    const path = `${process.env.TMPDIR ?? '/tmp'}/itop-${process.pid}-${download.suggestedFilename()}`;
    files.push(download.saveAs(path).then(() => path));
  };
  page.on('download', keep);
  await click(page, button);
  for (let waited = 0; files.length < count && waited < 100; waited++) await page.waitForTimeout(50);
  page.off('download', keep);
  must(files.length === count, `${button} must give ${count} files, received ${files.length}`);
  return await Promise.all(files);
}
