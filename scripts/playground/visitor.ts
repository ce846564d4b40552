import type {Browser, BrowserContextOptions, Page} from 'playwright-core';

const TIMEOUT_MS = 60_000;

/** Where the checks look, and where they leave pictures. */
export interface Visit {
  readonly browser: Browser;
  readonly address: string;
  readonly screenshots?: string | undefined;
}

/**
 * Opens the playground with some settings, and does something with it.
 *
 * @throws Error if the page logs an error or loads anything from elsewhere
 */
export async function withPage<Result>(
  {browser, address}: Visit,
  hash: string,
  use: (page: Page) => Promise<Result>,
  options: BrowserContextOptions = {},
): Promise<Result> {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const faults: string[] = [];
  page.on('pageerror', ({message}) => faults.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(blob|data):/.test(url)) faults.push(`the page loads ${url}`);
  });
  try {
    await page.goto(address + hash);
    await isReady(page);
    const result = await use(page);
    const failure = await page.textContent('#failure');
    if (faults.length > 0) throw new Error(`${faults.join('\n  ')} ${failure}`);
    return result;
  } finally {
    await context.close();
  }
}

/** Waits until a run is made and pauses. */
export async function isReady(page: Page): Promise<void> {
  await page.waitForSelector('#status[data-state=paused]');
}

/** Waits until so many steps are made. */
export async function reaches(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    (step) => Number(document.querySelector<HTMLElement>('#status')?.dataset.step) >= step,
    step,
  );
}

export async function stepOf(page: Page): Promise<number> {
  return Number(await page.getAttribute('#status', 'data-step'));
}

export function click(page: Page, name: string): Promise<void> {
  return page.getByRole('button', {name, exact: true}).click();
}

/** The cells of a row of the comparison: sparse, dense, ratio. */
export async function compared(page: Page, row: string): Promise<string[]> {
  return await page.locator('#comparison tr', {hasText: row}).locator('td').allTextContents();
}

/** The accuracy of the sparse network, in [0, 1]. */
export async function accuracyOf(page: Page): Promise<number> {
  return Number.parseFloat((await compared(page, 'Test accuracy'))[0]) / 100;
}

/** @throws Error with the message, unless it holds */
export function must(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}
