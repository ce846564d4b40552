import * as tf from '@tensorflow/tfjs';
import {test} from 'vitest';
import {describeBackends} from '../../support/backends.ts';
import {awkwardTensor, expectEqualAndFast, expectLeftToStock, intTensor} from './equalToStock.ts';

describeBackends('tf.tile', () => {
  test.each<[number[], number[]]>([
    [[1], [9]],
    [
      [1, 5],
      [7, 1],
    ],
    [
      [1, 1],
      [3, 4],
    ],
    [
      [1, 1, 1, 6],
      [2, 3, 4, 1],
    ],
    [
      [1, 4, 5],
      [3, 1, 1],
    ],
    [
      [4, 5],
      [1, 1],
    ],
  ])('equals the stock kernel for %j repeated %j times', (shape, reps) => {
    expectEqualAndFast('Tile', () => tf.tile(awkwardTensor(shape, 1), reps));
    expectEqualAndFast('Tile', () => tf.tile(intTensor(shape, 1), reps));
  });

  test('a row and a scalar are broadcast so', () => {
    expectEqualAndFast('Tile', () => tf.broadcastTo(awkwardTensor([5], 1), [6, 5]));
    expectEqualAndFast('Tile', () => tf.broadcastTo(awkwardTensor([], 1), [6, 5]));
  });

  test.each<[number[], number[]]>([
    [[5], [2]],
    [
      [5, 1],
      [1, 4],
    ],
    [
      [2, 3],
      [1, 2],
    ],
    [
      [1, 3],
      [2, 2],
    ],
  ])('leaves %j repeated %j times to the stock kernel', (shape, reps) => {
    expectLeftToStock('Tile', () => tf.tile(awkwardTensor(shape, 1), reps));
  });
}, ['cpu', 'wasm']);
