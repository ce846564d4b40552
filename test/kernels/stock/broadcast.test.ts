import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {broadcast} from '../../../src/kernels/stock/broadcast.ts';

const anyShape = fc.array(fc.integer({min: 1, max: 3}), {maxLength: 4});

test('equal shapes, and a scalar, make one run', () => {
  expect(broadcast([2, 3, 4], [2, 3, 4])).toEqual({shape: [2, 3, 4], runs: [{size: 24, stepA: 1, stepB: 1}]});
  expect(broadcast([2, 3], [])).toEqual({shape: [2, 3], runs: [{size: 6, stepA: 1, stepB: 0}]});
  expect(broadcast([1], [2, 3])).toEqual({shape: [2, 3], runs: [{size: 6, stepA: 0, stepB: 1}]});
  expect(broadcast([], [])).toEqual({shape: [], runs: [{size: 1, stepA: 0, stepB: 0}]});
});

test('a row and a column make two', () => {
  const row = [
    {size: 6, stepA: 4, stepB: 0},
    {size: 4, stepA: 1, stepB: 1},
  ];
  const column = [
    {size: 2, stepA: 12, stepB: 1},
    {size: 12, stepA: 1, stepB: 0},
  ];
  expect(broadcast([2, 3, 4], [4])).toEqual({shape: [2, 3, 4], runs: row});
  expect(broadcast([2, 3, 4], [2, 1, 1])).toEqual({shape: [2, 3, 4], runs: column});
});

test('other pairs make more: the gradient of global pooling is repeated in the middle', () => {
  const runs = [
    {size: 2, stepA: 5, stepB: 60},
    {size: 12, stepA: 0, stepB: 5},
    {size: 5, stepA: 1, stepB: 1},
  ];
  expect(broadcast([2, 1, 1, 5], [2, 3, 4, 5])).toEqual({shape: [2, 3, 4, 5], runs});
});

test('shapes go together where tfjs says so, and to the same shape', () => {
  const {assertAndGetBroadcastShape} = tf.broadcast_util;
  fc.assert(
    fc.property(anyShape, anyShape, (a, b) => {
      const result = broadcast(a, b);
      if (result) expect(result.shape).toEqual(assertAndGetBroadcastShape(a, b));
      else expect(() => assertAndGetBroadcastShape(a, b)).toThrow();
    }),
  );
});
