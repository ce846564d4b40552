import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {expect, test, vi} from 'vitest';
import {accelerateTfjs} from '../../../src/kernels/stock/accelerateTfjs.ts';

// No backend runs in this process before the first test.

test.each([
  'wasm',
  'cpu',
])('kernels replaced before %s starts do their work, as do the stock ones put back', async (name) => {
  const warn = vi.spyOn(console, 'warn');
  const fast = () => tf.getKernel('GatherV2', name);
  const stock = fast();
  const restore = accelerateTfjs();
  expect(fast()).not.toBe(stock);
  await tf.setBackend(name);
  const compute = () =>
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
      const rows = tf.gather(x, tf.tensor1d([2, 0], 'int32'));
      const columns = tf.gather(x, tf.tensor1d([1], 'int32'), 1);
      return [rows, columns, rows.add(1).sum(0), x.slice([0, 1], [3, 1])].map((tensor) => [...tensor.dataSync()]);
    });
  const expected = [
    [5, 6, 1, 2],
    [2, 4, 6],
    [8, 10],
    [2, 4, 6],
  ];
  expect(compute()).toEqual(expected);
  restore();
  expect(fast()).toBe(stock);
  expect(compute()).toEqual(expected);
  const messages = warn.mock.calls.flat().filter((message) => `${message}`.includes('registered'));
  expect(messages).toEqual([]);
  expect(tf.memory().numTensors).toBe(0);
});
