import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {accelerateTfjs} from '../../../src/kernels/stock/accelerateTfjs.ts';
import {describeBackends} from '../../support/backends.ts';
import {
  awkwardTensor,
  boolTensor,
  expectEqualAndFast,
  expectEqualToStock,
  expectLeftToStock,
  intTensor,
} from './equalToStock.ts';

const tensors = {float32: awkwardTensor, int32: intTensor, bool: boolTensor};

const anyGather = fc
  .tuple(
    fc.constantFrom<keyof typeof tensors>('float32', 'int32', 'bool'),
    fc.array(fc.integer({min: 1, max: 5}), {minLength: 1, maxLength: 4}),
    fc.array(fc.integer({min: 1, max: 4}), {maxLength: 3}),
  )
  .chain(([dtype, shape, indicesShape]) => {
    const length = tf.util.sizeFromShape(indicesShape);
    return fc
      .array(fc.nat(shape[0] - 1), {minLength: length, maxLength: length})
      .map((indices) => ({dtype, shape, indicesShape, indices}));
  });

describeBackends(
  'tf.gather',
  (backendName) => {
    test('equals the stock kernel along the first axis', () => {
      fc.assert(
        fc.property(anyGather, fc.integer(), ({dtype, shape, indicesShape, indices}, seed) =>
          expectEqualAndFast('GatherV2', () =>
            tf.gather(tensors[dtype](shape, seed), tf.tensor(indices, indicesShape, 'int32')),
          ),
        ),
        {numRuns: 60},
      );
    });

    test.each([1, 31, 32, 100])('equals it for rows of %d numbers', (width) => {
      for (const tensor of Object.values(tensors)) {
        expectEqualAndFast('GatherV2', () => tf.gather(tensor([9, width], 1), tf.tensor1d([8, 0, 3, 3], 'int32')));
      }
    });

    test('equals it for a part of another tensor, and with an axis from the end', () => {
      expectEqualAndFast('GatherV2', () =>
        tf.gather(awkwardTensor([9, 40], 1).slice([2, 0], [5, 40]), tf.tensor1d([1, 4], 'int32').slice(1), -2),
      );
    });

    test('equals it for labels of tf.oneHot and for what was cast to float32', () => {
      const indices = () => tf.tensor1d([2, 0, 0], 'int32');
      expectEqualAndFast('GatherV2', () => tf.gather(tf.oneHot(tf.tensor1d([1, 0, 2], 'int32'), 3), indices()));
      expectEqualAndFast('GatherV2', () => tf.gather(intTensor([4, 2], 1).cast('float32'), indices()));
    });

    test('leaves other axes, batches, other indices and no rows to the stock kernel', () => {
      const indices = () => tf.tensor1d([1, 0], 'int32');
      const run = (x: tf.Tensor, indices: tf.Tensor, axis = 0, batchDims = 0) =>
        tf.engine().runKernel<tf.Tensor>('GatherV2', {x, indices}, {axis, batchDims});
      expectLeftToStock('GatherV2', () => run(awkwardTensor([3, 4], 1), indices(), 1));
      // Two indices of each batch: with one, the stock kernel of wasm reads beyond its input.
      const ofEach = () => tf.tensor2d([1, 2, 0, 3], [2, 2], 'int32');
      expectLeftToStock('GatherV2', () => run(awkwardTensor([2, 4], 1), ofEach(), 1, 1));
      expectLeftToStock('GatherV2', () => run(awkwardTensor([3, 4], 1), tf.tensor1d([], 'int32')));
    });

    test('takes integers that are floats on cpu, the result of tf.oneHot, for indices', () => {
      expectEqualToStock('GatherV2', () =>
        tf.gather(awkwardTensor([3, 4], 1), tf.oneHot(tf.tensor1d([1, 0], 'int32'), 2) as tf.Tensor2D),
      );
    });

    test.each([-1, 3, 1e9])('the stock kernel refuses an index of %d', (index) => {
      const indices = () => tf.tensor1d([0, index], 'int32');
      expectLeftToStock('GatherV2', () => tf.gather(awkwardTensor([3, 4], 1), indices()));
      const restore = accelerateTfjs();
      expect(() => tf.tidy(() => tf.gather(awkwardTensor([3, 4], 1), indices()))).toThrow('is not in [0, 2]');
      restore();
    });

    test('fetches a tensor from another backend', async () => {
      const other = backendName === 'cpu' ? 'wasm' : 'cpu';
      const restore = accelerateTfjs();
      await tf.setBackend(other);
      const x = awkwardTensor([200, 2000], 1);
      const indices = tf.tensor1d([199, 7], 'int32');
      const expected = tf.tidy(() => tf.gather(x, indices).dataSync().slice());
      await tf.setBackend(backendName);
      expect(tf.tidy(() => tf.gather(x, indices).dataSync().slice())).toEqual(expected);
      tf.dispose([x, indices]);
      restore();
    });
  },
  ['cpu', 'wasm'],
);
