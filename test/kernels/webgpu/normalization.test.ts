import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import * as kernels from '../../../src/kernels/webgpu/normalization.ts';
import {describeBackends, onCpu} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {gpuBackend} from '../../support/gpuPrograms.ts';
import {someNumbers} from '../../support/layer.ts';

const tensorOf = (info: tf.TensorInfo) => tf.engine().makeTensorFromTensorInfo(info);
const EPSILON = 1e-3;

/** Operands of a batch normalisation of images; two of three channels lie far from 0, at many times their deviation. */
function operands(shape: readonly number[]) {
  const channels = shape[shape.length - 1];
  const size = shape.reduce((a, b) => a * b);
  const offsets = tf.range(0, channels).mod(3).sub(1).mul(100);
  return {
    x: tf.tensor([...someNumbers(size, 1)], [...shape]).add(offsets),
    dy: tf.tensor([...someNumbers(size, 2)], [...shape]),
    gamma: tf.tensor1d([...someNumbers(channels, 3)]),
    beta: tf.tensor1d([...someNumbers(channels, 4)]),
    average: tf.tensor1d([...someNumbers(channels, 5)]),
  };
}

function stock(shape: readonly number[], isRelu: boolean): tf.Tensor[] {
  const {x, dy, gamma, beta, average} = operands(shape);
  const axes = shape.slice(0, -1).map((_, axis) => axis);
  const normalize = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
    const {mean, variance} = tf.moments(x, axes);
    const inverse = tf.rsqrt(variance.add(EPSILON));
    const y = x.sub(mean).mul(inverse).mul(gamma).add(beta);
    return isRelu ? tf.relu(y) : y;
  };
  const {mean, variance} = tf.moments(x, axes);
  const moving = [mean, variance].map((moment) => average.mul(0.9).add(moment.mul(0.1)));
  const {value, grads} = tf.valueAndGrads((...inputs) => normalize(inputs[0], inputs[1], inputs[2]))(
    [x, gamma, beta],
    dy,
  );
  return [value, ...grads, ...moving];
}

function ours(shape: readonly number[], isRelu: boolean): tf.Tensor[] {
  const backend = gpuBackend();
  const {x, dy, gamma, beta, average} = operands(shape);
  const sums = tensorOf(kernels.normalizationSums(backend, x));
  const y = tensorOf(kernels.normalize(backend, {x, gamma, beta, epsilon: EPSILON, isRelu}, sums));
  const given = {dy, y, x, gamma, epsilon: EPSILON, isRelu};
  const {dx, dGamma, dBeta} = kernels.normalizationGradient(backend, given, sums);
  const averages = kernels.nextAverages(backend, {means: average, variances: average}, {x, sums}, 0.1);
  expect(y.shape).toEqual(shape);
  expect(dx.shape).toEqual(shape);
  return [y, ...[dx, dGamma, dBeta, averages.means, averages.variances].map(tensorOf)];
}

describeBackends('batch normalisation in training', () => {
  const shapes = [
    [2, 3],
    [7, 33],
    [3, 4, 5, 6],
    [40, 9, 9, 3],
    [5000, 70],
  ];

  test.each(
    shapes.flatMap((shape) => [false, true].map((isRelu) => ({shape, isRelu}))),
  )('has the output, the gradients and the moving averages of stock ops: $shape, relu: $isRelu', async ({
    shape,
    isRelu,
  }) => {
    const expected = await onCpu(() => stock(shape, isRelu));
    const actual = tf.tidy(() => ours(shape, isRelu));
    // With the mean at some 100 times the deviation, single precision leaves four digits.
    for (const [i, tensor] of actual.entries()) expectClose(await tensor.data<'float32'>(), expected[i], 2e-4);
    tf.dispose(actual);
  });

  test.each([false, true])('leaves NaN what it is, relu: %s', async (isRelu) => {
    const backend = gpuBackend();
    const [x, gamma, beta] = [tf.tensor2d([1, Number.NaN, 2, 3], [2, 2]), tf.ones([2]), tf.ones([2])];
    const sums = tensorOf(kernels.normalizationSums(backend, x));
    const y = tensorOf(kernels.normalize(backend, {x, gamma, beta, epsilon: EPSILON, isRelu}, sums));
    const averages = kernels.nextAverages(backend, {means: gamma, variances: gamma}, {x, sums}, 0.1);
    const next = [averages.means, averages.variances].map(tensorOf);
    expect([...(await y.data())].map(Number.isNaN)).toEqual([false, true, false, true]);
    for (const average of next) expect([...(await average.data())].map(Number.isNaN)).toEqual([false, true]);
    tf.dispose([x, gamma, beta, sums, y, ...next]);
  });

  test('of a single row is beta', async () => {
    const actual = tf.tidy(() => ours([1, 5], false));
    const beta = tf.tidy(() => operands([1, 5]).beta);
    expectClose(await actual[0].data<'float32'>(), await beta.data<'float32'>());
    tf.dispose([actual, beta]);
  });
}, ['webgpu']);
