import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {largestPositions} from '../../../src/kernels/webgpu/largestPositions.ts';
import {largestFinder} from '../../../src/ops/findLargest.ts';
import {complement} from '../../../src/topology/sample.ts';
import {selectLargest} from '../../../src/topology/select.ts';
import {describeBackends} from '../../support/backends.ts';

/** The same on the host. */
function expected(numbers: Float32Array, taken: Int32Array, k: number): number[] {
  const free = complement(numbers.length, taken);
  const magnitudes = Float32Array.from(free, (position) => Math.abs(numbers[position]));
  return [...selectLargest(magnitudes, k)].map((i) => free[i]);
}

async function found(numbers: Float32Array, taken: Int32Array, k: number): Promise<number[] | undefined> {
  const tensor = tf.tensor1d(numbers);
  const positions = await largestPositions(tensor, taken, k);
  tensor.dispose();
  return positions && [...positions];
}

/** Any numbers, or few different ones, so that many are equal. */
const someNumbers = fc.oneof(
  fc.array(fc.float({noNaN: true, noDefaultInfinity: true}), {minLength: 1, maxLength: 300}),
  fc.array(fc.constantFrom(0, -0, 1, -1, 0.5, 2 ** -126, -3e38), {minLength: 1, maxLength: 300}),
);

describeBackends('largestPositions', () => {
  test('finds what the host does, exactly, ties and zeros among them', async () => {
    expect(largestFinder()).toBe(largestPositions);
    const cases = fc
      .tuple(someNumbers, fc.double({min: 0, max: 1, noNaN: true}), fc.nat())
      .map(([list, share, seed]) => {
        // Numbers below the smallest normal one may be 0 on a GPU.
        const numbers = Float32Array.from(list, (number) => (Math.abs(number) < 2 ** -126 ? 0 : number));
        const taken = Int32Array.from(numbers.keys()).filter((i) => (i * 7919 + seed) % 5 === 0);
        return {numbers, taken, k: 1 + Math.floor(share * (numbers.length - taken.length - 1))};
      });
    const asked = cases.filter(({numbers, taken, k}) => k >= 1 && k <= numbers.length - taken.length);
    await fc.assert(
      fc.asyncProperty(asked, async ({numbers, taken, k}) => {
        expect(await found(numbers, taken, k)).toEqual(expected(numbers, taken, k));
      }),
      {numRuns: 60, seed: 1},
    );
  });

  test('counts by many workgroups', async () => {
    const numbers = Float32Array.from({length: 300_001}, (_, i) => Math.sin(i) * 2 ** (i % 23));
    const taken = Int32Array.from({length: 30_000}, (_, i) => 10 * i);
    for (const k of [1, 1000, 200_000]) {
      const positions = await found(numbers, taken, k);
      expect(tf.util.arraysEqual(positions!, expected(numbers, taken, k))).toBe(true);
    }
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('finds nothing where a number is %d, taken or not', async (broken) => {
    for (const place of [0, 1]) {
      const numbers = Float32Array.of(1, 2, 3);
      numbers[place] = broken;
      expect(await found(numbers, Int32Array.of(0), 1)).toBeUndefined();
    }
  });

  test('finds nothing where fewer are free', async () => {
    expect(await found(Float32Array.of(1, 2, 3), Int32Array.of(0, 2), 2)).toBeUndefined();
  });

  test('leaves no tensors', async () => {
    const before = tf.memory().numTensors;
    await found(Float32Array.of(1, 2, 3), Int32Array.of(0), 1);
    expect(tf.memory().numTensors).toBe(before);
  });
}, ['webgpu']);
