import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {type DropoutMask, dropoutMask} from '../../../src/kernels/webgpu/dropoutMask.ts';
import {describeBackends} from '../../support/backends.ts';
import {gpuBackend} from '../../support/gpuPrograms.ts';

async function draw(step: number, options: Partial<DropoutMask> = {}): Promise<Float32Array> {
  const tensor = tf.tidy(() => {
    const info = dropoutMask(gpuBackend(), tf.scalar(step), {shape: [50, 200], rate: 0.3, seed: 1, ...options});
    return tf.engine().makeTensorFromTensorInfo(info);
  });
  expect(tensor.shape).toEqual(options.shape ?? [50, 200]);
  const mask = await tensor.data<'float32'>();
  tensor.dispose();
  return mask;
}

/** Share of places at which two masks differ. */
function difference(a: Float32Array, b: Float32Array): number {
  return a.filter((value, i) => value !== b[i]).length / a.length;
}

describeBackends('a mask of dropout', () => {
  test.each([0.1, 0.3, 0.5, 0.9])('has the share %d of zeros, and keeps the mean', async (rate) => {
    const mask = await draw(0.5, {rate});
    const kept = Math.fround(1 / (1 - rate));
    expect(mask.every((value) => value === 0 || Math.abs(value - kept) < 1e-6 * kept)).toBe(true);
    // Five standard deviations of a share of 10,000.
    const zeros = mask.filter((value) => value === 0).length / mask.length;
    expect(Math.abs(zeros - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / 10_000));
  });

  test('depends on the step and the seed alone', async () => {
    const mask = await draw(0.25);
    expect(await draw(0.25)).toEqual(mask);
    // Independent masks differ at 2 · 0.3 · 0.7 of the places.
    for (const other of [await draw(0.250001), await draw(0.75), await draw(0.25, {seed: 2})]) {
      expect(Math.abs(difference(mask, other) - 0.42)).toBeLessThan(0.03);
    }
  });

  test('has no rows or columns that resemble each other', async () => {
    const mask = await draw(0.125, {shape: [100, 100]});
    const rows = Array.from({length: 100}, (_, row) => mask.subarray(100 * row, 100 * (row + 1)));
    const zeros = (numbers: Float32Array | number[]) => [...numbers].filter((value) => value === 0).length;
    for (const row of rows) expect(Math.abs(zeros(row) - 30)).toBeLessThan(25);
    for (let column = 0; column < 100; column++) {
      expect(Math.abs(zeros(rows.map((row) => row[column])) - 30)).toBeLessThan(25);
    }
    expect(difference(rows[0], rows[1])).toBeGreaterThan(0.2);
  });
}, ['webgpu']);
