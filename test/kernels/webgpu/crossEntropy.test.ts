import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {crossEntropy, crossEntropyGradient} from '../../../src/kernels/webgpu/crossEntropy.ts';
import {describeBackends, onCpu} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {gpuBackend} from '../../support/gpuPrograms.ts';
import {someNumbers} from '../../support/layer.ts';

/** Labels that are not all one-hot, and outputs whose sums are not 1, some of them beyond what is clipped. */
function operands(rows: number, classes: number, type: tf.NumericDataType) {
  const labels = tf.cast(
    tf.tensor2d(
      someNumbers(rows * classes, 1).map((z) => Math.abs(3 * z)),
      [rows, classes],
    ),
    type,
  );
  const output = tf.tensor2d(
    someNumbers(rows * classes, 2).map((z, i) => (i % 7 === 3 ? 0 : i % 11 === 5 ? 1e9 : Math.exp(z))),
    [rows, classes],
  );
  const dy = tf.tensor1d(someNumbers(rows, 3));
  return {labels, output, dy};
}

/** As tfjs-layers computes it. */
function stock(...shape: Parameters<typeof operands>): tf.Tensor[] {
  const {labels, output, dy} = operands(...shape);
  const loss = (output: tf.Tensor) => {
    const probabilities = tf.clipByValue(tf.div(output, tf.sum(output, -1, true)), 1e-7, 1 - 1e-7);
    return tf.neg(tf.sum(tf.mul(labels, tf.log(probabilities)), -1));
  };
  const {value, grad} = tf.valueAndGrad(loss)(output, dy);
  return [value, grad];
}

function ours(...shape: Parameters<typeof operands>): tf.Tensor[] {
  const backend = gpuBackend();
  const {labels, output, dy} = operands(...shape);
  const given = {labels, output, epsilon: 1e-7};
  return [crossEntropy(backend, given), crossEntropyGradient(backend, dy, given)].map((info) =>
    tf.engine().makeTensorFromTensorInfo(info),
  );
}

describeBackends('the cross-entropy of rows', () => {
  test.each([
    [1, 2, 'float32'],
    [5, 10, 'float32'],
    [130, 3, 'float32'],
    [5, 10, 'int32'],
  ] as const)('is that of tfjs, with its gradient: %d × %d, labels %s', async (rows, classes, type) => {
    const expected = await onCpu(() => stock(rows, classes, type));
    const actual = tf.tidy(() => ours(rows, classes, type));
    expect(actual.map(({shape}) => shape)).toEqual([[rows], [rows, classes]]);
    for (const [i, tensor] of actual.entries()) expectClose(await tensor.data<'float32'>(), expected[i]);
    tf.dispose(actual);
  });

  test('is NaN where a probability is', async () => {
    const output = tf.tensor2d([Number.NaN, 1, 0.5, 0.5], [2, 2]);
    const labels = tf.tensor2d([1, 0, 1, 0], [2, 2]);
    const loss = tf.engine().makeTensorFromTensorInfo(crossEntropy(gpuBackend(), {labels, output, epsilon: 1e-7}));
    const [first, second] = await loss.data<'float32'>();
    expect(first).toBeNaN();
    expectClose([second], [Math.LN2]);
    tf.dispose([output, labels, loss]);
  });
}, ['webgpu']);
