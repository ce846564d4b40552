import * as tf from '@tensorflow/tfjs';
import {test} from 'vitest';
import {describeBackends} from '../../support/backends.ts';
import {awkwardTensor, expectEqualAndFast, expectLeftToStock} from './equalToStock.ts';

/** x, mean, variance, offset and scale. */
const operands = (shape: number[], ofChannels: number[]) =>
  [awkwardTensor(shape, 1), ...[2, 3, 4, 5].map((seed) => awkwardTensor(ofChannels, seed))] as const;

describeBackends('batch normalization', () => {
  test.each([[[6, 5]], [[2, 6, 5]], [[2, 3, 4, 5]]])('equals the stock kernel for the shape %j', (shape) => {
    const [, ...ofChannels] = [...shape.map(() => 1), 5];
    for (const vector of [[5], ofChannels]) {
      expectEqualAndFast('FusedBatchNorm', () => {
        const [x, mean, variance, offset, scale] = operands(shape, vector);
        return tf.batchNorm(
          x,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
        );
      });
    }
  });

  test('equals it without scale and offset', () => {
    expectEqualAndFast('FusedBatchNorm', () => {
      const [x, mean, variance] = operands([7, 5], [5]);
      return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D);
    });
  });

  test('leaves parameters for each element to the stock kernel', () => {
    expectLeftToStock('FusedBatchNorm', () => {
      const [x, mean, variance] = operands([7, 5], [7, 5]);
      return tf.batchNorm(x, mean as tf.Tensor2D, variance as tf.Tensor2D);
    });
  });
}, ['cpu']);
