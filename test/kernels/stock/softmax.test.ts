import * as tf from '@tensorflow/tfjs';
import {test} from 'vitest';
import {describeBackends} from '../../support/backends.ts';
import {someNumbers} from '../../support/layer.ts';
import {awkwardTensor, expectEqualAndFast, expectLeftToStock} from './equalToStock.ts';

describeBackends('softmax', () => {
  test.each([[[1]], [[10]], [[32, 10]], [[2, 3, 7]]])('equals the stock kernel for logits of the shape %j', (shape) => {
    const size = tf.util.sizeFromShape(shape);
    for (const scale of [1, 30, 300]) {
      expectEqualAndFast('Softmax', () => tf.softmax(tf.tensor(someNumbers(size, scale), shape).mul(scale)));
    }
    for (const seed of [1, 2, 3]) expectEqualAndFast('Softmax', () => tf.softmax(awkwardTensor(shape, seed)));
  });

  test('the log of it is equal too', () => {
    expectEqualAndFast('Exp', () => tf.logSoftmax(awkwardTensor([20, 10], 1)));
  });

  test('leaves tensors without elements, and errors, to the stock kernel', () => {
    const run = (logits: tf.Tensor, dim: number) => tf.engine().runKernel<tf.Tensor>('Softmax', {logits}, {dim});
    expectLeftToStock('Softmax', () => run(awkwardTensor([0, 3], 1), -1));
    expectLeftToStock('Softmax', () => run(awkwardTensor([2, 3], 1), 0));
    expectLeftToStock('Softmax', () => run(awkwardTensor([], 1), -1));
  });
}, ['cpu']);
