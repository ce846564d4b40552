import * as tf from '@tensorflow/tfjs';
import {test} from 'vitest';
import {describeBackends} from '../../support/backends.ts';
import {awkwardTensor, boolTensor, expectEqualAndFast, expectLeftToStock, intTensor} from './equalToStock.ts';

describeBackends('tf.where', () => {
  test.each([[[]], [[50]], [[5, 6]], [[2, 3, 4]]])('equals the stock kernel for operands of the shape %j', (shape) => {
    expectEqualAndFast('Select', () =>
      tf.where(boolTensor(shape, 1), awkwardTensor(shape, 2), awkwardTensor(shape, 3)),
    );
  });

  test('leaves a condition for each row, other types and no elements to the stock kernel', () => {
    const select = (condition: tf.Tensor, t: tf.Tensor, e: tf.Tensor) =>
      tf.engine().runKernel<tf.Tensor>('Select', {condition, t, e});
    expectLeftToStock('Select', () => select(boolTensor([5], 1), awkwardTensor([5, 6], 2), awkwardTensor([5, 6], 3)));
    expectLeftToStock('Select', () => select(boolTensor([5], 1), intTensor([5], 2), intTensor([5], 3)));
    expectLeftToStock('Select', () => select(boolTensor([0], 1), awkwardTensor([0], 2), awkwardTensor([0], 3)));
  });
}, ['cpu']);
