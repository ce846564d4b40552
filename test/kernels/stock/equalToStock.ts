import * as tf from '@tensorflow/tfjs';
import {expect} from 'vitest';
import {accelerateTfjs} from '../../../src/kernels/stock/accelerateTfjs.ts';
import {seededRandom} from '../../../src/topology/random.ts';

type Compute = () => tf.Tensor;

/** Expects the same bits with and without the fast kernels, and that no stock kernel of this name did the work. */
export function expectEqualAndFast(kernelName: string, compute: Compute): void {
  expect(expectEqualToStock(kernelName, compute), `calls of the stock kernel ${kernelName}`).toBe(0);
}

/** Expects the same bits with and without the fast kernels, and that the stock kernel of this name did the work. */
export function expectLeftToStock(kernelName: string, compute: Compute): void {
  expect(expectEqualToStock(kernelName, compute), `calls of the stock kernel ${kernelName}`).toBeGreaterThan(0);
}

/** Expects the same bits with and without the fast kernels. @returns how often the stock kernel was called with them */
export function expectEqualToStock(kernelName: string, compute: Compute): number {
  const stock = tf.getKernel(kernelName, tf.getBackend());
  const {kernelFunc} = stock;
  let calls = 0;
  stock.kernelFunc = (call) => {
    calls++;
    return kernelFunc(call);
  };
  try {
    const expected = outcome(compute);
    expect(calls, `calls of ${kernelName}`).toBeGreaterThan(0);
    calls = 0;
    const restore = accelerateTfjs();
    // Now tfjs checks after each kernel that it left nothing behind.
    tf.env().set('IS_TEST', true);
    try {
      expect(outcome(compute)).toEqual(expected);
    } finally {
      tf.env().set('IS_TEST', false);
      restore();
    }
    return calls;
  } finally {
    stock.kernelFunc = kernelFunc;
  }
}

/** What there is to know of a result, or the message of the error. */
function outcome(compute: Compute) {
  return tf.tidy(() => {
    const before = tf.memory().numTensors;
    try {
      const {dtype, shape, ...result} = compute();
      const tensors = tf.memory().numTensors - before;
      const values = tf.engine().readSync(result.dataId);
      return {dtype, shape, values: [...values], tensors};
    } catch (error) {
      return {message: (error as Error).message};
    }
  });
}

const awkward = [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1e-45, -1e-40, 3.4e38, -3.4e38, 0.1, 16777217];

/** Numbers of both signs, about a third of them such as 0, −0, NaN, infinity, the smallest and the largest. */
export function awkwardNumbers(length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({length}, () =>
    random() < 0.3
      ? awkward[Math.floor(random() * awkward.length)]
      : (random() * 2 - 1) * 10 ** Math.floor(random() * 6 - 3),
  );
}

/** A float32 tensor of {@link awkwardNumbers}. */
export function awkwardTensor(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(awkwardNumbers(tf.util.sizeFromShape(shape), seed), shape, 'float32');
}

/** A tensor of zeros and ones. */
export function boolTensor(shape: number[], seed: number): tf.Tensor {
  const values = Uint8Array.from(awkwardNumbers(tf.util.sizeFromShape(shape), seed), (value) => Number(value > 0));
  return tf.tensor(values, shape, 'bool');
}

/** A tensor of small integers of both signs. */
export function intTensor(shape: number[], seed: number): tf.Tensor {
  const values = Int32Array.from(awkwardNumbers(tf.util.sizeFromShape(shape), seed), (value) => value % 100);
  return tf.tensor(values, shape, 'int32');
}
