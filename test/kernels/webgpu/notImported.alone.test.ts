import * as tf from '@tensorflow/tfjs';
import {explain, maskedDense} from 'itop';
import {expect, test} from 'vitest';
import {registerWebGPUInNode} from '../../../src/kernels/webgpu/registerWebGPUInNode.ts';

const hasGpu = await registerWebGPUInNode().then(
  () => true,
  () => false,
);
if (!hasGpu) console.warn('SKIPPED: a model on webgpu without its kernels (this process finds no device)');

test.runIf(hasGpu)('on webgpu a model without the kernels says what to import', async () => {
  await tf.setBackend('webgpu');
  const model = tf.sequential({layers: [maskedDense({units: 3, inputShape: [4], density: 0.5, seed: 1})]});
  model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
  expect(explain(model).reason).toBe("the kernels for the backend webgpu are not imported: add import 'itop/webgpu'");
  const message = /^itop: the kernels for the backend webgpu are not imported: add import 'itop\/webgpu'\.$/;
  await expect(model.trainOnBatch(tf.ones([2, 4]), tf.ones([2, 3]))).rejects.toThrow(message);
  expect(() => model.predict(tf.ones([2, 4]))).toThrow(message);

  await import('itop/webgpu');
  expect(explain(model)).toEqual({isFused: true, reason: ''});
  const losses: number[] = [];
  for (let step = 0; step < 5; step++)
    losses.push((await model.trainOnBatch(tf.ones([2, 4]), tf.ones([2, 3]))) as number);
  expect(losses[4]).toBeLessThan(losses[0]);
});
