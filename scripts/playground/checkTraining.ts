import type {Page} from 'playwright-core';
import {accuracyOf, click, compared, isReady, must, reaches, stepOf, type Visit, withPage} from './visitor.ts';

/** What the sparse network reaches on the digits in this many steps. */
const [STEPS, ACCURACY] = [300, 0.8];
/** Of the presses of a key while both networks train, 95 % must be answered faster, in milliseconds. */
const INPUT_DELAY = 100;
const PRESSES = 60;

/** Trains both networks, pauses, steps, resumes; a link repeats the run. */
export function checkTraining(visit: Visit): Promise<string> {
  return withPage(visit, `#data=digits&steps=${STEPS}`, async (page) => {
    await click(page, 'Train');
    const delays = await inputDelays(page);
    await reaches(page, 60);
    await click(page, 'Pause');
    await isReady(page);
    const paused = await stepOf(page);
    await click(page, 'Step');
    await reaches(page, paused + 1);
    must((await stepOf(page)) === paused + 1, `a step must follow ${paused}, received ${await stepOf(page)}`);
    await click(page, 'Next update');
    await page.waitForFunction((before) => {
      const {state, step} = document.querySelector<HTMLElement>('#status')!.dataset;
      return state === 'paused' && Number(step) > before && Number(step) % 20 === 0;
    }, paused + 1);
    await click(page, 'Resume');
    await page.waitForSelector('#status[data-state=done]');
    const accuracy = await accuracyOf(page);
    must(accuracy >= ACCURACY, `the accuracy must be ${ACCURACY} or more, received ${accuracy}`);
    const [, , smaller] = await compared(page, 'Size of the model');
    const [, , faster] = await compared(page, 'Time per step');
    must(
      Number.parseFloat(smaller) > 5 && Number.parseFloat(faster) > 1,
      `sparse must be smaller and faster: ${smaller}, ${faster}`,
    );
    await repeats(visit, page, accuracy);
    const sorted = delays.sort((a, b) => a - b);
    const at95 = sorted[Math.floor(0.95 * sorted.length)];
    must(at95 < INPUT_DELAY, `95 % of the keys must be answered in ${INPUT_DELAY} ms, received ${at95.toFixed(0)} ms`);
    return `digits to ${accuracy.toFixed(3)} in ${STEPS} steps, ${faster} faster and ${smaller} smaller than dense, keys answered in ${at95.toFixed(0)} ms (95 %)`;
  });
}

/** Milliseconds from a press of a key to its handler, while the page trains. */
async function inputDelays(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const delays: number[] = [];
    Object.assign(globalThis, {delays});
    addEventListener('keydown', ({timeStamp}) => delays.push(performance.now() - timeStamp));
  });
  for (let press = 0; press < PRESSES; press++) await page.keyboard.press('Shift', {delay: 20});
  return await page.evaluate('delays');
}

/** The address of a page makes the same run in another. */
async function repeats(visit: Visit, page: Page, accuracy: number): Promise<void> {
  const {hash} = new URL(page.url());
  must(hash === `#data=digits&steps=${STEPS}`, `the address must hold the settings, received ${hash}`);
  await withPage(visit, `${hash}&dense=false`, async (other) => {
    await click(other, 'Train');
    await other.waitForSelector('#status[data-state=done]');
    const repeated = await accuracyOf(other);
    must(repeated === accuracy, `a link must repeat the accuracy ${accuracy}, received ${repeated}`);
  });
}

/** Switches among the backends while training. */
export function checkBackends(visit: Visit): Promise<string> {
  return withPage(visit, '#data=moons&dense=false', async (page) => {
    const lines: string[] = [];
    await click(page, 'Train');
    for (const backend of ['wasm', 'cpu', 'webgpu']) {
      await page.selectOption('[name=backend]', backend);
      await page.waitForFunction(
        (name) => document.querySelector('#status')?.textContent?.includes(`, ${name}`),
        backend,
      );
      // A software driver takes seconds for a step.
      const isSlow = backend === 'webgpu';
      await reaches(page, isSlow ? 10 : 40);
      const accuracy = await accuracyOf(page);
      must(accuracy > (isSlow ? 0.5 : 0.75), `on ${backend} the accuracy must rise, received ${accuracy}`);
      lines.push(/, ([^·]*) ·/.exec((await page.textContent('#status'))!)![1]);
    }
    must(lines[0] !== 'wasm, 1 thread', 'wasm must have threads on an isolated page');
    return `trains on ${lines.join('; ')}`;
  });
}
