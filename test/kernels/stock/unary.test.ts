import * as tf from '@tensorflow/tfjs';
import {describe, test} from 'vitest';
import {unaryKernels} from '../../../src/kernels/stock/unary.ts';
import {describeBackends} from '../../support/backends.ts';
import {
  awkwardNumbers,
  awkwardTensor,
  boolTensor,
  expectEqualAndFast,
  expectLeftToStock,
  intTensor,
} from './equalToStock.ts';

const names = unaryKernels.map(({kernelName}) => kernelName);
const attrs = {alpha: 0, clipValueMin: -0.5, clipValueMax: 0.25};

const run = (kernelName: string, x: tf.Tensor) => tf.engine().runKernel<tf.Tensor>(kernelName, {x}, attrs);

describeBackends('ops of one operand', () => {
  describe.each(names)('%s', (kernelName) => {
    test.each([
      [[]],
      [[1]],
      [[1000]],
      [[7, 11]],
      [[2, 3, 4, 5]],
    ])('equals the stock kernel for the shape %j', (shape) => {
      for (const seed of [1, 2, 3]) expectEqualAndFast(kernelName, () => run(kernelName, awkwardTensor(shape, seed)));
    });

    test('equals it for tensors that lie inside of another', () => {
      expectEqualAndFast(kernelName, () => run(kernelName, awkwardTensor([10, 7], 1).slice([3, 0], [4, 7])));
    });

    test('takes booleans and integers that were cast to float32', () => {
      expectEqualAndFast(kernelName, () => run(kernelName, boolTensor([9], 2).cast('float32')));
      expectEqualAndFast(kernelName, () => run(kernelName, intTensor([9], 3).cast('float32')));
      expectLeftToStock(kernelName, () => run(kernelName, tf.tensor1d([16777217], 'int32').cast('float32')));
    });

    test('leaves other types and tensors without elements to the stock kernel', () => {
      expectLeftToStock(kernelName, () => run(kernelName, intTensor([9], 1)));
      expectLeftToStock(kernelName, () => run(kernelName, awkwardTensor([0, 3], 1)));
      expectLeftToStock(kernelName, () => run(kernelName, tf.complex([1, 2], [3, 4])));
    });
  });

  test.each([-0, 0.5, -2])('the step has %d below 0', (alpha) => {
    expectEqualAndFast('Step', () => tf.step(tf.tensor1d(awkwardNumbers(500, 1)), alpha));
  });

  test('NaNs of either sign pass through relu', () => {
    const bits = Int32Array.of(0x7fc00000, 0xffc00000, 0x7fa00001, 0xff800001);
    expectEqualAndFast('Relu', () => tf.relu(tf.tensor1d(new Float32Array(bits.buffer))));
  });
}, ['cpu']);
