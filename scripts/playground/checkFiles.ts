import type {Page} from 'playwright-core';
import {seededRandom, syntheticDigits} from '../../src/data.ts';
import {click, must, reaches, type Visit, withPage} from './visitor.ts';

/** Drops files of MNIST and CIFAR-10 and trains with them; draws a digit by hand, which the network must read. */
export function checkFiles(visit: Visit): Promise<string> {
  return withPage(visit, '#data=digits&steps=200&dense=false', async (page) => {
    await drop(page, mnistFiles(700));
    await page.waitForFunction(() => document.querySelector('#status')?.textContent?.startsWith('784-300-100-10'));
    await click(page, 'Train');
    await reaches(page, 100);
    const pad = (await page.locator('.pad canvas').boundingBox())!;
    const middle = pad.x + pad.width / 2;
    await page.mouse.move(middle, pad.y + 0.2 * pad.height);
    await page.mouse.down();
    await page.mouse.move(middle - 3, pad.y + 0.8 * pad.height, {steps: 10});
    await page.mouse.up();
    await page.waitForSelector('.answers .best');
    await page.waitForFunction(() => document.querySelector('.answers .best th')?.textContent === '1', undefined, {
      timeout: 10_000,
    });
    await click(page, 'Pause');
    await drop(page, [{name: 'data_batch_1.bin', bytes: cifarFile(100)}]);
    await page.waitForFunction(() => document.querySelector('#status')?.textContent?.startsWith('3072-512-256-10'));
    await click(page, 'Train');
    await reaches(page, 5);
    await drop(page, [{name: 'notes.txt', bytes: [1, 2, 3]}]);
    await page.waitForFunction(() => document.querySelector('#failure')?.textContent?.startsWith('parseCifar10:'));
    const state = await page.getAttribute('#status', 'data-state');
    must(state === 'running', `a wrong file must leave the run as it was, received ${state}`);
    must(
      (await page.textContent('#notice')) === '83 images of 32 × 32 × 3, 10 classes',
      'the files must be named still',
    );
    return 'files of MNIST and CIFAR-10 dropped, a 1 drawn by hand and read';
  });
}

interface File {
  readonly name: string;
  readonly bytes: readonly number[];
}

function drop(page: Page, files: readonly File[]): Promise<void> {
  return page.evaluate((files) => {
    const dataTransfer = new DataTransfer();
    for (const {name, bytes} of files) dataTransfer.items.add(new File([Uint8Array.from(bytes)], name));
    document
      .querySelector('.page')!
      .dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true, cancelable: true}));
  }, files);
}

/** Digits in the format of MNIST: magic number, dimensions, bytes. */
function mnistFiles(count: number): File[] {
  const {inputs, labels} = syntheticDigits({count, random: seededRandom('mnist')});
  const word = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  return [
    {name: 'train-images-idx3-ubyte', bytes: [...word(0x803), ...word(count), ...word(28), ...word(28), ...inputs]},
    {name: 'train-labels-idx1-ubyte', bytes: [...word(0x801), ...word(count), ...labels]},
  ];
}

/** Images of one colour for each class, in the format of CIFAR-10: a label, then 3072 bytes. */
function cifarFile(count: number): number[] {
  return Array.from({length: count}, (_, i) => [i % 10, ...new Array<number>(3072).fill(25 * (i % 10))]).flat();
}
