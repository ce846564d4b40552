import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {accelerateTfjs} from '../../../src/kernels/stock/accelerateTfjs.ts';

test('works where the wasm backend is not imported, and takes it in when it was imported later', async () => {
  expect(tf.getKernel('GatherV2', 'wasm')).toBeUndefined();
  const stockOfCpu = tf.getKernel('GatherV2', 'cpu');
  const first = accelerateTfjs();
  expect(tf.getKernel('GatherV2', 'cpu')).not.toBe(stockOfCpu);
  expect(tf.getKernel('GatherV2', 'wasm')).toBeUndefined();

  await import('@tensorflow/tfjs-backend-wasm');
  const stockOfWasm = tf.getKernel('GatherV2', 'wasm');
  const second = accelerateTfjs();
  expect(tf.getKernel('GatherV2', 'wasm')).not.toBe(stockOfWasm);

  first();
  second();
  expect(tf.getKernel('GatherV2', 'cpu')).toBe(stockOfCpu);
  expect(tf.getKernel('GatherV2', 'wasm')).toBe(stockOfWasm);
});
