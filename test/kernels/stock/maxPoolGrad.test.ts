import * as tf from '@tensorflow/tfjs';
import {test} from 'vitest';
import {describeBackends} from '../../support/backends.ts';
import {someNumbers} from '../../support/layer.ts';
import {awkwardTensor, expectEqualAndFast, expectLeftToStock, intTensor} from './equalToStock.ts';

const shape: [number, number, number, number] = [2, 9, 8, 3];

describeBackends('the gradient of max pooling', () => {
  test.each<[number | [number, number], number | [number, number], 'same' | 'valid' | number]>([
    [2, 2, 'valid'],
    [2, 2, 'same'],
    [3, 2, 'same'],
    [3, 1, 'same'],
    [3, 1, 1],
    [2, 3, 'valid'],
    [[3, 2], [1, 2], 'valid'],
  ])('equals the stock kernel with windows %j, strides %j and padding %s', (filterSize, strides, pad) => {
    const gradient = (x: tf.Tensor, dy: (shape: number[]) => tf.Tensor) =>
      tf.grad((x) => {
        const y = tf.maxPool(x as tf.Tensor4D, filterSize, strides, pad);
        return y.mul(dy(y.shape));
      })(x);
    // Ties and zeros among the first; among the others windows in which nothing is largest.
    expectEqualAndFast('MaxPoolGrad', () =>
      gradient(tf.tensor(someNumbers(2 * 9 * 8 * 3, 1), shape), (shape) =>
        tf
          .tensor(someNumbers(2 * 9 * 9 * 3, 2))
          .slice(0, tf.util.sizeFromShape(shape))
          .reshape(shape),
      ),
    );
    expectEqualAndFast('MaxPoolGrad', () => gradient(awkwardTensor(shape, 3), (shape) => awkwardTensor(shape, 4)));
    expectEqualAndFast('MaxPoolGrad', () => gradient(tf.fill(shape, Number.NaN), (shape) => awkwardTensor(shape, 4)));
  });

  test('leaves other types to the stock kernel', () => {
    const attrs = {filterSize: 2, strides: 2, pad: 'valid'};
    expectLeftToStock('MaxPoolGrad', () => {
      const inputs = {
        dy: awkwardTensor([2, 4, 4, 3], 1),
        input: intTensor(shape, 2),
        output: intTensor([2, 4, 4, 3], 3),
      };
      return tf.engine().runKernel<tf.Tensor>('MaxPoolGrad', inputs, attrs);
    });
  });
}, ['cpu']);
