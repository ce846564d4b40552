import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {describe, test} from 'vitest';
import {describeBackends} from '../../support/backends.ts';
import {someNumbers} from '../../support/layer.ts';
import {
  awkwardTensor,
  boolTensor,
  expectEqualAndFast,
  expectEqualToStock,
  expectLeftToStock,
  intTensor,
} from './equalToStock.ts';

const run = (kernelName: string, x: tf.Tensor, axis: number | number[], keepDims = false) =>
  tf.engine().runKernel<tf.Tensor>(kernelName, {x}, {axis, keepDims});

/** A shape and some neighbouring axes of it. */
const anyReduction = fc.array(fc.integer({min: 1, max: 6}), {minLength: 1, maxLength: 4}).chain((shape) =>
  fc.tuple(fc.nat(shape.length - 1), fc.nat(shape.length - 1)).map(([i, j]) => {
    const first = Math.min(i, j);
    return {shape, axes: shape.map((_, axis) => axis).slice(first, Math.max(i, j) + 1)};
  }),
);

describeBackends('reductions', () => {
  describe.each(['Sum', 'Mean'])('%s', (kernelName) => {
    test('equals the stock kernel over neighbouring dimensions', () => {
      fc.assert(
        fc.property(anyReduction, fc.boolean(), fc.integer(), ({shape, axes}, keepDims, seed) =>
          expectEqualAndFast(kernelName, () => run(kernelName, awkwardTensor(shape, seed), axes, keepDims)),
        ),
      );
    });

    test.each<[number[], number | number[]]>([
      [[1000, 7], 0],
      [[1000, 7], [0]],
      [[7, 1000], -1],
      [[7000], 0],
      [
        [8, 9, 10, 6],
        [0, 1, 2],
      ],
      [
        [8, 9, 10, 6],
        [1, 2],
      ],
      [
        [8, 9, 10, 6],
        [0, 1, 2, 3],
      ],
    ])('rounds alike in long sums: %j over %j', (shape, axis) => {
      const x = () => tf.tensor(someNumbers(tf.util.sizeFromShape(shape), 1), shape);
      expectEqualAndFast(kernelName, () => run(kernelName, x(), axis));
    });

    test('takes booleans and integers that were cast to float32', () => {
      expectEqualAndFast(kernelName, () => run(kernelName, boolTensor([5, 6], 1).cast('float32'), 0));
      expectEqualAndFast(kernelName, () => run(kernelName, intTensor([5, 6], 1).cast('float32'), 0));
    });

    test('leaves other axes, other types and tensors without elements to the stock kernel', () => {
      expectLeftToStock(kernelName, () => run(kernelName, awkwardTensor([3, 4, 5], 1), [0, 2]));
      expectLeftToStock(kernelName, () => run(kernelName, awkwardTensor([3, 4, 5], 1), [1, 0]));
      expectLeftToStock(kernelName, () => run(kernelName, awkwardTensor([3, 4, 5], 1), []));
      expectLeftToStock(kernelName, () => run(kernelName, awkwardTensor([], 1), []));
      expectLeftToStock(kernelName, () => run(kernelName, awkwardTensor([3, 0], 1), 1));
      expectLeftToStock(kernelName, () => run(kernelName, intTensor([3, 4], 1), 0));
      expectLeftToStock(kernelName, () => run(kernelName, boolTensor([3, 4], 1), 0));
    });

    test('refuses an axis that is none in the same words', () => {
      expectEqualToStock(kernelName, () => run(kernelName, awkwardTensor([3], 1), 1));
    });
  });
}, ['cpu']);
