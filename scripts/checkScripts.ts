import type {Browser} from 'playwright-core';
import {buildBrowser} from './buildBrowser.ts';

const MODULES = '/node_modules/@tensorflow';

/** Trains three steps, with one update, in whatever way the page has `tf` and `itop`. */
const TRAINING = `
  await tf.setBackend('cpu');
  const {x, y} = {x: tf.randomUniform([32, 8], 0, 1, 'float32', 1), y: tf.ones([32, 4])};
  const dense = tf.sequential({layers: [tf.layers.dense({units: 4, inputShape: [8]})]});
  const model = itop.sparsify(dense, {density: 0.5, seed: 1});
  model.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
  const scheduler = new itop.SETScheduler(model, {updateInterval: 2, dropFraction: 0.3, seed: 1});
  const losses = [];
  for (let step = 0; step < 3; step++) {
    losses.push(await model.trainOnBatch(x, y));
    await scheduler.step();
  }
  globalThis.result = {losses, isFused: itop.explain(model).isFused};`;

/** Pages without a bundler, by how they load the library. */
const PAGES: Readonly<Record<string, string>> = {
  'as an ES module': `
    <script type="importmap">{"imports": {
      "@tensorflow/tfjs": "${MODULES}/tfjs/dist/tf.fesm.min.js",
      "itop": "/dist/itop.browser.js"
    }}</script>
    <script type="module">
      import * as tf from '@tensorflow/tfjs';
      import * as itop from 'itop';
      ${TRAINING}
    </script>`,
  'by script tags': `
    <script src="${MODULES}/tfjs/dist/tf.min.js"></script>
    <script src="/dist/itop.global.js"></script>
    <script>(async () => {${TRAINING}})();</script>`,
};

/** Trains in pages that have no bundler. @returns one line about them @throws Error if one does not train, or logs an error */
export async function checkScripts(browser: Browser, address: string): Promise<string> {
  await buildBrowser();
  const lines: string[] = [];
  for (const [how, body] of Object.entries(PAGES)) {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const url = new URL('/no-bundler.html', address).href;
    await page.route(url, (route) => route.fulfill({contentType: 'text/html', body: `<!doctype html>${body}`}));
    await page.goto(url);
    await page.waitForFunction('globalThis.result', undefined, {timeout: 60_000}).catch((error) => errors.push(error));
    const result = (await page.evaluate('globalThis.result')) as {losses: number[]; isFused: boolean} | undefined;
    await page.close();
    const [first, , last] = result?.losses ?? [];
    if (!(last < first)) errors.push('the loss did not fall');
    if (!result?.isFused) errors.push('the step was not fused');
    if (errors.length > 0) throw new Error(`${how}: ${errors.join('\n  ')}`);
    lines.push(`${how} loss ${first.toFixed(3)} -> ${last.toFixed(3)}`);
  }
  return `browser without a bundler: ${lines.join(', ')}`;
}
