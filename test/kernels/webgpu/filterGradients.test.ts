import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {replaceKernels} from '../../../src/kernels/stock/replaceKernels.ts';
import {filterGradients} from '../../../src/kernels/webgpu/filterGradients.ts';
import {convGeometryOf} from '../../../src/ops/convGeometry.ts';
import {conv2dBackpropFilter} from '../../../src/ops/convGradients.ts';
import {describeBackends, onCpu} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {programsOf, withLimits} from '../../support/gpuPrograms.ts';
import {someNumbers} from '../../support/layer.ts';

type Shape = [number, number, number, number];
type Pad = 'same' | 'valid' | number;

const numbers = (shape: Shape, seed: number) =>
  tf.tensor4d(
    someNumbers(
      shape.reduce((a, b) => a * b),
      seed,
    ),
    shape,
  );

/** Runs with the library's programs. @returns which of them ran, without the one that adds up splits */
function replaced(compute: () => void): string[] {
  const restore = replaceKernels(filterGradients);
  try {
    return programsOf(compute).filter((name) => name !== 'sumSplits');
  } finally {
    restore();
  }
}

async function expectLikeCpu(gradient: () => tf.Tensor, programs: readonly string[]): Promise<void> {
  const [expected] = await onCpu(() => [gradient()]);
  const before = tf.memory().numTensors;
  let actual: tf.Tensor | undefined;
  const ran = replaced(() => {
    actual = tf.tidy(gradient);
  });
  expect(ran).toEqual(programs);
  expect(tf.memory().numTensors).toBe(before + 1);
  expectClose(await actual!.data<'float32'>(), expected as Float32Array, 1e-4);
  actual!.dispose();
}

describeBackends('the gradient of the filter of a stock convolution', () => {
  test.each<[string, Shape, Shape, number | [number, number], Pad]>([
    ['by hand', [1, 2, 2, 1], [1, 1, 1, 1], 1, 'valid'],
    ['one pixel, more channels than a tile', [5, 1, 1, 40], [1, 1, 40, 33], 1, 'valid'],
    ['a border', [2, 5, 6, 3], [3, 3, 3, 4], 1, 'same'],
    ['a border of numbers', [2, 5, 6, 3], [3, 3, 3, 4], 1, 2],
    ['strides that leave pixels out', [2, 8, 7, 3], [3, 2, 3, 5], [3, 2], 'valid'],
    ['strides with a border', [3, 7, 9, 2], [4, 3, 2, 6], 2, 'same'],
    ['many pixels, in splits', [4, 32, 32, 3], [3, 3, 3, 8], 1, 'same'],
  ])('equals the one of cpu: %s', async (_, xShape, filterShape, strides, pad) => {
    const gradient = () => {
      const [x, filter] = [numbers(xShape, 1), numbers(filterShape, 2)];
      const y = tf.conv2d(x, filter as tf.Tensor4D, strides, pad);
      return tf.grad((filter: tf.Tensor) => tf.conv2d(x, filter as tf.Tensor4D, strides, pad))(
        filter,
        numbers(y.shape, 3),
      );
    };
    await expectLikeCpu(gradient, ['filterGradient']);
  });

  test.each<[string, Shape, Shape, number | [number, number], Pad]>([
    ['a border', [2, 5, 6, 3], [3, 3, 3, 1], 1, 'same'],
    ['several outputs of a channel', [2, 5, 6, 3], [3, 2, 3, 4], 1, 'valid'],
    ['strides', [2, 9, 8, 5], [3, 3, 5, 2], 2, 'same'],
    ['many pixels, in splits', [4, 32, 32, 6], [5, 5, 6, 1], 1, 'same'],
  ])('equals the one of cpu for a depthwise convolution: %s', async (_, xShape, filterShape, strides, pad) => {
    const gradient = () => {
      const [x, filter] = [numbers(xShape, 1), numbers(filterShape, 2)];
      const convolve = (filter: tf.Tensor) => tf.depthwiseConv2d(x, filter as tf.Tensor4D, strides, pad);
      return tf.grad(convolve)(filter, numbers(convolve(filter).shape as Shape, 3));
    };
    await expectLikeCpu(gradient, [`depthwiseGradient${filterShape[0]}`]);
  });

  test('has a weight NaN where an input is NaN that it meets, and no other', async () => {
    const [x, dy] = [tf.tensor4d([1, Number.NaN, 3, 4], [1, 2, 2, 1]), tf.ones([1, 1, 2, 1])];
    const gradients: tf.Tensor[] = [];
    replaced(() => {
      const convolutions = [
        (filter: tf.Tensor) => tf.conv2d(x, filter as tf.Tensor4D, 1, 'valid'),
        (filter: tf.Tensor) => tf.depthwiseConv2d(x, filter as tf.Tensor4D, 1, 'valid'),
      ];
      for (const convolve of convolutions) gradients.push(tf.tidy(() => tf.grad(convolve)(tf.ones([2, 1, 1, 1]), dy)));
    });
    for (const gradient of gradients) expect([...(await gradient.data())]).toEqual([Number.NaN, 7]);
    tf.dispose([x, dy, gradients]);
  });

  test('is also what gives growth the gradient of a sparse convolution, with dilations', async () => {
    const info = tf.backend_util.computeConv2DInfo([2, 9, 8, 5], [3, 3, 5, 4], 1, [2, 1], 'same');
    const gradient = () => {
      const dy = numbers(info.outShape, 2);
      return conv2dBackpropFilter(numbers([2, 9, 8, 5], 1), dy, convGeometryOf(info));
    };
    await expectLikeCpu(gradient, ['filterGradient']);
  });

  test('is one convolution where a buffer would be larger than the device allows', async () => {
    const [x, dy] = [numbers([1, 4, 4, 8], 1), numbers([1, 4, 4, 8], 2)];
    const info = tf.backend_util.computeConv2DInfo([1, 4, 4, 8], [3, 3, 8, 8], 1, 1, 'same');
    await withLimits({maxStorageBufferBindingSize: 4 * 9 * 64 - 4}, async () => {
      const ran = programsOf(() => conv2dBackpropFilter(x, dy, convGeometryOf(info)).dispose());
      expect(ran).toEqual([]);
    });
    tf.dispose([x, dy]);
  });

  test('is that of the stock kernel where windows are rounded, which tfjs forgets in the gradient', async () => {
    const gradient = () => {
      const [x, filter] = [numbers([2, 6, 6, 3], 1), numbers([3, 3, 3, 4], 2)];
      const convolve = (filter: tf.Tensor) => tf.conv2d(x, filter as tf.Tensor4D, 2, 0, 'NHWC', 1, 'ceil');
      return tf.grad(convolve)(filter, numbers(convolve(filter).shape as Shape, 3));
    };
    await expectLikeCpu(gradient, []);
  });

  test('leaves what is not of this form to the stock kernel', async () => {
    const channelsFirst = () => {
      const x = numbers([2, 3, 5, 6], 1);
      const convolve = (filter: tf.Tensor) => tf.conv2d(x, filter as tf.Tensor4D, 1, 'valid', 'NCHW');
      return tf.grad(convolve)(numbers([2, 2, 3, 4], 2));
    };
    const nineRows = () => {
      const x = numbers([1, 9, 2, 1], 1);
      const convolve = (filter: tf.Tensor) => tf.depthwiseConv2d(x, filter as tf.Tensor4D, 1, 'valid');
      return tf.grad(convolve)(numbers([9, 1, 1, 1], 2));
    };
    for (const gradient of [channelsFirst, nineRows]) {
      expect(replaced(() => tf.tidy(() => void gradient()))).toEqual([]);
    }
  });
}, ['webgpu']);
