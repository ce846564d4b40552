import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {binaryKernels, divide} from '../../../src/kernels/stock/binary.ts';
import {describeBackends} from '../../support/backends.ts';
import {
  awkwardNumbers,
  awkwardTensor,
  boolTensor,
  expectEqualAndFast,
  expectEqualToStock,
  expectLeftToStock,
  intTensor,
} from './equalToStock.ts';

/** Two shapes that go together: each leaves out leading dimensions of one shape and has 1 in the place of some. */
const anyPair = fc
  .array(fc.tuple(fc.integer({min: 1, max: 5}), fc.boolean(), fc.boolean()), {maxLength: 4})
  .chain((dimensions) =>
    fc.tuple(fc.nat(dimensions.length), fc.nat(dimensions.length)).map(([fromA, fromB]) => {
      const a = dimensions.slice(fromA).map(([size, isOne]) => (isOne ? 1 : size));
      const b = dimensions.slice(fromB).map(([size, , isOne]) => (isOne ? 1 : size));
      return [a, b] as const;
    }),
  );

const logic = ['LogicalAnd', 'LogicalOr'];
const numeric = binaryKernels.map(({kernelName}) => kernelName).filter((name) => !logic.includes(name));

const run = (kernelName: string, a: tf.Tensor, b: tf.Tensor) => tf.engine().runKernel<tf.Tensor>(kernelName, {a, b});

describeBackends('binary ops', () => {
  describe.each(numeric)('%s', (kernelName) => {
    test('equals the stock kernel in every broadcast form', () => {
      fc.assert(
        fc.property(anyPair, fc.integer(), ([a, b], seed) =>
          expectEqualAndFast(kernelName, () => run(kernelName, awkwardTensor(a, seed), awkwardTensor(b, seed + 1))),
        ),
        {numRuns: 40},
      );
    });

    test.each<[string, number[], number[]]>([
      ['equal shapes', [6, 7], [6, 7]],
      ['a scalar at the right', [6, 7], []],
      ['a scalar at the left', [1], [6, 7]],
      ['a row', [5, 6, 7], [7]],
      ['a column', [6, 1], [6, 7]],
      ['an outer product', [6, 1], [7]],
      ['the middle', [2, 1, 1, 5], [2, 3, 4, 5]],
    ])('equals it for %s, with special numbers', (_, a, b) => {
      expectEqualAndFast(kernelName, () => run(kernelName, awkwardTensor(a, 3), awkwardTensor(b, 4)));
    });

    test('takes one tensor twice', () => {
      expectEqualAndFast(kernelName, () => {
        const a = awkwardTensor([40], 1);
        return run(kernelName, a, a);
      });
    });

    test('takes booleans and integers that were cast to float32, if they are float32 numbers', () => {
      const a = () => awkwardTensor([9], 1);
      expectEqualAndFast(kernelName, () => run(kernelName, a(), boolTensor([9], 2).cast('float32')));
      expectEqualAndFast(kernelName, () => run(kernelName, intTensor([9], 3).cast('float32'), a()));
      // 2^24 + 1 is none: the stock kernel computes with it all the same.
      const large = () => tf.tensor1d([16777217, 3], 'int32').cast('float32');
      expectLeftToStock(kernelName, () => run(kernelName, large(), tf.tensor1d([0.5, 16777216])));
    });

    test('leaves other types, tensors without elements, and errors to the stock kernel', () => {
      expectLeftToStock(kernelName, () => run(kernelName, intTensor([9], 1), intTensor([9], 2)));
      expectLeftToStock(kernelName, () => run(kernelName, awkwardTensor([0, 3], 1), awkwardTensor([3], 2)));
      expectLeftToStock(kernelName, () => run(kernelName, awkwardTensor([2], 1), awkwardTensor([3], 2)));
      const complex = () => tf.complex(awkwardTensor([3], 1), awkwardTensor([3], 2));
      expectLeftToStock(kernelName, () => {
        const result = run(kernelName, complex(), complex());
        return tf.concat([tf.real(result), tf.imag(result)]);
      });
    });
  });

  test.each(logic)('%s equals the stock kernel in every broadcast form, for booleans', (kernelName) => {
    fc.assert(
      fc.property(anyPair, fc.integer(), ([a, b], seed) =>
        expectEqualAndFast(kernelName, () => run(kernelName, boolTensor(a, seed), boolTensor(b, seed + 1))),
      ),
      {numRuns: 40},
    );
  });

  test('strings are compared by the stock kernel', () => {
    expectLeftToStock('Equal', () => tf.equal(tf.tensor1d(['a', 'b']), tf.tensor1d(['a', 'c'])));
  });

  test('gradients are equal', () => {
    const gradient = () =>
      tf.grad((x) =>
        tf
          .maximum(x.mul(x), tf.scalar(0.25))
          .div(x.add(3))
          .sub(tf.squaredDifference(x, tf.scalar(1))),
      )(tf.tensor1d(awkwardNumbers(50, 1).filter(Number.isFinite)));
    expectEqualToStock('Multiply', gradient);
  });

  test('divide divides', () => {
    expect(divide(Float32Array.of(1, 2, -0), 4)).toEqual(Float32Array.of(0.25, 0.5, -0));
  });
}, ['cpu']);
