import * as tf from '@tensorflow/tfjs';
import {expect, test, vi} from 'vitest';

// The library comes first, the backend's package later.
await import('../../../src/kernels/register.ts');
const warn = vi.spyOn(console, 'warn');
await import('@tensorflow/tfjs-backend-wasm');
await tf.setBackend('wasm');

/** The gradient of max pooling with windows of 2 in one row, where each window's own is 1, 2, 3 … */
function poolGradient(row: number[]): number[] {
  return tf.tidy(() => {
    const gradient = tf.grad((x) => {
      const y = tf.maxPool(x as tf.Tensor4D, [1, 2], [1, 2], 'valid');
      return y.mul(tf.range(1, y.size + 1).reshape(y.shape));
    });
    return [...gradient(tf.tensor4d(row, [1, 1, row.length, 1])).dataSync()];
  });
}

test.each([
  ['negative numbers', [-4, -3, -2, -1], [0, 1, 0, 2]],
  ['ties, of which the first gets all', [5, 5, -1, -1], [1, 0, 2, 0]],
  ['zeros', [0, 0, 0, -1], [1, 0, 2, 0]],
  ['numbers beyond the last window', [1, 2, 9, 3, 7], [0, 1, 2, 0, 0]],
])('max pooling on wasm gives the gradient to the largest number of each window: %s', (_, row, expected) => {
  expect(poolGradient(row)).toEqual(expected);
});

test('max pooling on wasm adds up the gradients of windows that share their largest number', () => {
  const x = tf.tensor4d([-9, -1, -2, -8, -1, -1, -3, -3, -3], [1, 3, 3, 1]);
  const gradient = tf.tidy(() => tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 1, 'valid'))(x));
  // The windows begin at 0, 1, 3 and 4; their largest numbers are at 1, 1, 4 and 4: ties go to the first.
  expect([...gradient.dataSync()]).toEqual([0, 2, 0, 0, 2, 0, 0, 0, 0]);
  tf.dispose([x, gradient]);
});

test('integers are pooled as well', () => {
  const gradient = tf.tidy(() =>
    tf.engine().runKernel<tf.Tensor>(
      'MaxPoolGrad',
      {
        dy: tf.ones([1, 1, 1, 1]),
        input: tf.tensor4d([-2, -1], [1, 1, 2, 1], 'int32'),
        output: tf.tensor4d([-1], [1, 1, 1, 1], 'int32'),
      },
      {filterSize: [1, 2], strides: [1, 2], pad: 'valid'},
    ),
  );
  expect([...gradient.dataSync()]).toEqual([0, 1]);
  gradient.dispose();
});

test('a parametric relu on wasm takes slopes of any shape that can be broadcast', () => {
  const x = tf.tensor2d([-1, -1, -1, -1, -1, -1], [2, 3]);
  const slopes = [tf.tensor2d([1, 2], [2, 1]), tf.tensor1d([1, 2, 3]), tf.scalar(4), tf.tensor2d([5], [1, 1])];
  const outputs = tf.tidy(() => slopes.map((slope) => [...tf.prelu(x, slope).dataSync()]));
  expect(outputs).toEqual([
    [-1, -1, -1, -2, -2, -2],
    [-1, -2, -3, -1, -2, -3],
    [-4, -4, -4, -4, -4, -4],
    [-5, -5, -5, -5, -5, -5],
  ]);
  tf.dispose([x, ...slopes]);
});

test('the backend that is loaded later says nothing about kernels that are registered already', () => {
  const messages = warn.mock.calls.flat().filter((message) => `${message}`.includes('registered'));
  expect(messages).toEqual([]);
  expect(tf.memory().numTensors).toBe(0);
});

test('clipping on wasm leaves NaN what it is', () => {
  const clipped = tf.tidy(() => [
    ...tf.clipByValue([Number.NaN, -1, 0.5, 2, Number.POSITIVE_INFINITY], 0, 1).dataSync(),
  ]);
  expect(clipped).toEqual([Number.NaN, 0, 0.5, 1, 1]);
});

test('a relu that ends at 6 leaves NaN what it is on wasm, and has the gradient of other backends', () => {
  const x = tf.tensor2d([Number.NaN, -1, 0, 0.5, 6, 7, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], [2, 4]);
  const integers = tf.tensor1d([-3, 4, 9], 'int32');
  const nothing = tf.zeros([0, 3]);
  tf.tidy(() => {
    expect([...tf.relu6(x).dataSync()]).toEqual([Number.NaN, 0, 0, 0.5, 6, 6, 6, 0]);
    expect([...tf.relu6(integers).dataSync()]).toEqual([0, 4, 6]);
    expect(tf.relu6(nothing).shape).toEqual([0, 3]);
    const slopes = tf.grad((x) => tf.relu6(x))(tf.tensor1d([-1, 0.5, 6, 7]));
    expect([...slopes.dataSync()]).toEqual([0, 1, 1, 0]);
  });
  tf.dispose([x, integers, nothing]);
});

test.each([
  'linear',
  'relu',
  'relu6',
  'elu',
] as const)('a fused product with %s leaves NaN what it is on wasm', (activation) => {
  const [a, b] = [tf.tensor2d([1, Number.NaN, 2, -5], [4, 1]), tf.tensor2d([3, 1], [1, 2])];
  const bias = tf.tensor1d([1, -2]);
  const before = tf.memory().numTensors;
  const y = tf.fused.matMul({a, b, bias, activation});
  expect(tf.memory().numTensors).toBe(before + 1);
  const none = Number.NaN;
  const byHand = {
    linear: [4, -1, none, none, 7, 0, -14, -7],
    relu: [4, 0, none, none, 7, 0, 0, 0],
    relu6: [4, 0, none, none, 6, 0, 0, 0],
    elu: [4, Math.expm1(-1), none, none, 7, 0, Math.expm1(-14), Math.expm1(-7)],
  }[activation];
  [...y.dataSync()].forEach((value, i) => {
    if (Number.isNaN(byHand[i])) expect(value).toBeNaN();
    else expect(value).toBeCloseTo(byHand[i], 6);
  });
  tf.dispose([a, b, bias, y]);
});

test('predictions of a diverged model on wasm are not numbers, as its loss is not', async () => {
  const layers = [tf.layers.dense({units: 3, activation: 'relu', inputShape: [2]}), tf.layers.dense({units: 1})];
  const model = tf.sequential({layers});
  model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
  layers[0].setWeights([tf.fill([2, 3], Number.NaN), tf.zeros([3])]);
  const [x, y] = [tf.ones([4, 2]), tf.ones([4, 1])];
  const predicted = model.predict(x) as tf.Tensor;
  expect([...predicted.dataSync()].every(Number.isNaN)).toBe(true);
  const loss = model.evaluate(x, y) as tf.Scalar;
  expect(loss.dataSync()[0]).toBeNaN();
  model.dispose();
  tf.dispose([x, y, predicted, loss]);
});

test.each(
  (['filter', 'bias'] as const).flatMap((where) =>
    (['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const).map((activation) => ({
      where,
      activation,
    })),
  ),
)('convolutions with $activation on wasm have NaN where those of cpu have, from $where', async ({
  where,
  activation,
}) => {
  const compute = () => {
    const withNaN = (name: string, shape: number[]) => {
      const numbers = Array.from({length: shape.reduce((a, b) => a * b)}, (_, i) => ((i * 7) % 11) - 5);
      if (name === where) numbers[1] = Number.NaN;
      return tf.tensor(numbers, shape);
    };
    const x = withNaN('x', [2, 4, 3, 2]) as tf.Tensor4D;
    const common = {x, strides: 1, pad: 'same', activation, leakyreluAlpha: 0.1} as const;
    const full = {bias: withNaN('bias', [3]), preluActivationWeights: tf.fill([3], 0.2)};
    const depthwise = {bias: withNaN('bias', [2]), preluActivationWeights: tf.fill([2], 0.2)};
    const filters = [withNaN('filter', [3, 2, 2, 3]), withNaN('filter', [3, 2, 2, 1])] as tf.Tensor4D[];
    return [
      tf.fused.conv2d({...common, ...full, filter: filters[0]}),
      tf.fused.depthwiseConv2d({...common, ...depthwise, filter: filters[1]}),
      tf.conv2d(x, filters[0], 2, 'valid'),
      tf.depthwiseConv2d(x, filters[1], 1, 'valid'),
    ];
  };
  await tf.setBackend('cpu');
  const expected = tf.tidy(() => compute().map((y) => [...y.dataSync()]));
  await tf.setBackend('wasm');
  const before = tf.memory();
  const actual = tf.tidy(compute);
  for (const [i, y] of actual.entries()) {
    const numbers = y.dataSync();
    expect([...numbers].map(Number.isNaN)).toEqual(expected[i].map(Number.isNaN));
    for (const [k, number] of numbers.entries())
      if (!Number.isNaN(number)) expect(number).toBeCloseTo(expected[i][k], 4);
  }
  tf.dispose(actual);
  const {numTensors, numDataBuffers} = tf.memory();
  expect({numTensors, numDataBuffers}).toEqual({
    numTensors: before.numTensors,
    numDataBuffers: before.numDataBuffers,
  });
});
