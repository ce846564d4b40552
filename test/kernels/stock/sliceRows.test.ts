import * as tf from '@tensorflow/tfjs';
import {test} from 'vitest';
import {describeBackends} from '../../support/backends.ts';
import {awkwardTensor, boolTensor, expectEqualAndFast, expectLeftToStock, intTensor} from './equalToStock.ts';

const run = (x: tf.Tensor, begin: number | number[], size: number | number[]) =>
  tf.engine().runKernel<tf.Tensor>('Slice', {x}, {begin, size});

describeBackends('tf.slice', () => {
  test.each<[number[], number[], number[]]>([
    [[10], [3], [4]],
    [[10], [9], [-1]],
    [
      [6, 5],
      [2, 0],
      [3, 5],
    ],
    [
      [6, 5],
      [2, 1],
      [1, 3],
    ],
    [
      [4, 3, 2, 5],
      [1, 0, 0, 0],
      [2, -1, -1, -1],
    ],
    [[4, 3], [1], [2]],
  ])('equals the stock kernel for %j from %j, %j long', (shape, begin, size) => {
    for (const tensor of [awkwardTensor, intTensor, boolTensor]) {
      expectEqualAndFast('Slice', () => run(tensor(shape, 1), begin, size));
    }
  });

  test('leaves numbers that lie apart, strings and no numbers to the stock kernel', () => {
    expectLeftToStock('Slice', () => run(awkwardTensor([6, 5], 1), [2, 0], [3, 4]));
    expectLeftToStock('Slice', () => run(awkwardTensor([6, 5], 1), [2, 0], [0, 5]));
    expectLeftToStock('Slice', () => run(tf.tensor1d(['a', 'b', 'c']), 1, 2));
  });
}, ['wasm']);
