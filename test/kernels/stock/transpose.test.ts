import * as tf from '@tensorflow/tfjs';
import {test} from 'vitest';
import {describeBackends} from '../../support/backends.ts';
import {awkwardTensor, expectEqualAndFast, expectLeftToStock, intTensor} from './equalToStock.ts';

describeBackends('transpose', () => {
  test.each([[[1, 1]], [[1, 9]], [[9, 1]], [[13, 7]]])('equals the stock kernel for a matrix %j', (shape) => {
    expectEqualAndFast('Transpose', () => tf.transpose(awkwardTensor(shape, 1)));
  });

  test('leaves other permutations, other types and matrices without elements to the stock kernel', () => {
    expectLeftToStock('Transpose', () => tf.transpose(awkwardTensor([3, 4], 1), [0, 1]));
    expectLeftToStock('Transpose', () => tf.transpose(awkwardTensor([3, 4, 5], 1), [1, 0, 2]));
    expectLeftToStock('Transpose', () => tf.transpose(intTensor([3, 4], 1)));
    expectLeftToStock('Transpose', () => tf.transpose(awkwardTensor([3, 0], 1)));
  });
}, ['cpu']);
