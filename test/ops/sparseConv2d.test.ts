import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type SparseConv2dOptions, sparseConv2d} from '../../src/ops/sparseConv2d.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {describeKernels, onCpu} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {atActive, someNumbers, toDense} from '../support/layer.ts';

type Padding = Parameters<typeof tf.conv2d>[3];
type Shape4D = [number, number, number, number];

/**
 * The dense convolution of tfjs. Its gradient knows no dilations, so these are made of zeros between the rows and columns
 * of the kernel; and it takes a number as padding for square kernels and equal strides only.
 */
function denseConv2d(x: tf.Tensor, kernel: tf.Tensor, options: SparseConv2dOptions): tf.Tensor {
  const {strides = 1, pad = 'valid', dilations = 1} = options;
  const [dilateY, dilateX] = typeof dilations === 'number' ? [dilations, dilations] : dilations;
  const [kh, kw, inputs, outputs] = kernel.shape;
  const spread = (tensor: tf.Tensor, count: number, distance: number) =>
    tf.pad(tensor.reshape([-1, count, 1, tensor.size / count]).reshape([count, 1, -1]), [
      [0, 0],
      [0, distance - 1],
      [0, 0],
    ]);
  const rows = spread(kernel, kh, dilateY)
    .reshape([kh * dilateY, kw, inputs * outputs])
    .transpose([1, 0, 2]);
  const both = spread(rows, kw, dilateX)
    .reshape([kw * dilateX, kh * dilateY, inputs, outputs])
    .transpose([1, 0, 2, 3]);
  const dilated = tf.slice(both, [0, 0, 0, 0], [(kh - 1) * dilateY + 1, (kw - 1) * dilateX + 1, inputs, outputs]);
  const padding = typeof pad === 'number' ? ([0, pad, pad, 0].map((zeros) => [zeros, zeros]) as Padding) : pad;
  return tf.conv2d(x as tf.Tensor4D, dilated as tf.Tensor4D, strides as number | [number, number], padding);
}

/** Expects the convolution and both gradients to equal those of a dense one with zeros where there is no connection. */
async function expectDenseConvolution(
  xShape: Shape4D,
  topology: Topology,
  options: SparseConv2dOptions = {},
): Promise<void> {
  const xs = someNumbers(
    xShape.reduce((a, b) => a * b),
    1,
  );
  const values = someNumbers(topology.nnz, 2);
  const finish = (z: tf.Tensor) => (options.activation === 'relu' ? tf.relu(z) : z);
  let yShape: number[] = [];
  const [y, dy, dx, dKernel] = await onCpu(() => {
    const x = tf.tensor4d(xs, xShape);
    const kernel = tf.tensor4d(toDense(topology, values), topology.shape as Shape4D);
    const convolve = (x: tf.Tensor, kernel: tf.Tensor) => finish(denseConv2d(x, kernel, options));
    const y = convolve(x, kernel);
    yShape = y.shape;
    const dy = tf.tensor(someNumbers(y.size, 3), y.shape);
    return [y, dy, ...tf.grads(convolve)([x, kernel], dy)];
  });
  const results = tf.tidy(() => {
    const inputs = [tf.tensor4d(xs, xShape), tf.tensor1d(values)];
    const convolve = (x: tf.Tensor, v: tf.Tensor) =>
      sparseConv2d(x as tf.Tensor4D, v as tf.Tensor1D, topology, options) as tf.Tensor;
    return [convolve(inputs[0], inputs[1]), ...tf.grads(convolve)(inputs, tf.tensor(dy, yShape))];
  });
  expect(results.map(({shape}) => shape)).toEqual([yShape, xShape, [topology.nnz]]);
  expectClose(await results[0].data(), y);
  expectClose(await results[1].data(), dx);
  expectClose(await results[2].data(), atActive(topology, dKernel));
  tf.dispose(results);
  releaseTopology(topology);
}

/** A random topology. */
function some(shape: Shape4D, nnz: number): Topology {
  return Topology.random(shape, nnz, seededRandom(nnz));
}

/** Any convolution that fits its input: non-square kernels, images, strides and dilations among them. */
const anyConvolution = fc
  .record({
    batch: fc.integer({min: 1, max: 3}),
    // Image beyond the kernel's reach, so that 'valid' fits too.
    margin: fc.tuple(fc.integer({min: 0, max: 4}), fc.integer({min: 0, max: 4})),
    kernel: fc.tuple(fc.integer({min: 1, max: 3}), fc.integer({min: 1, max: 3})),
    inputs: fc.integer({min: 1, max: 5}),
    outputs: fc.integer({min: 1, max: 6}),
    strides: fc.tuple(fc.integer({min: 1, max: 3}), fc.integer({min: 1, max: 3})),
    dilations: fc.tuple(fc.integer({min: 1, max: 2}), fc.integer({min: 1, max: 2})),
    isDilated: fc.boolean(),
    pad: fc.constantFrom<'valid' | 'same' | number>('valid', 'same', 1, 2),
    density: fc.double({min: 0, max: 1, noNaN: true}),
    seed: fc.integer(),
  })
  .map(({batch, margin, kernel, inputs, outputs, isDilated, density, seed, pad, ...steps}) => {
    const strides: [number, number] = isDilated ? [1, 1] : steps.strides;
    const dilations: [number, number] = isDilated ? steps.dilations : [1, 1];
    const image = kernel.map((size, axis) => (size - 1) * dilations[axis] + 1 + margin[axis]);
    const shape: Shape4D = [...kernel, inputs, outputs];
    const size = shape.reduce((a, b) => a * b);
    const topology = Topology.random(shape, Math.max(1, Math.round(density * size)), seededRandom(seed));
    return {xShape: [batch, image[0], image[1], inputs] as Shape4D, topology, options: {strides, dilations, pad}};
  });

describeKernels('sparseConv2d', () => {
  test.each<[string, Shape4D, Topology, SparseConv2dOptions]>([
    ['of one sample', [1, 5, 5, 3], some([3, 3, 3, 4], 30), {}],
    ['with a rectified linear unit', [2, 5, 5, 3], some([3, 3, 3, 4], 30), {activation: 'relu'}],
    ["with padding 'same'", [2, 5, 5, 3], some([3, 3, 3, 4], 30), {pad: 'same'}],
    ['with a padding of 2', [2, 4, 4, 3], some([3, 3, 3, 4], 30), {pad: 2}],
    [
      "with stride 2 and padding 'same' on an even image",
      [2, 6, 6, 2],
      some([3, 3, 2, 3], 20),
      {strides: 2, pad: 'same'},
    ],
    ['with stride 2 that does not divide the image', [2, 6, 7, 2], some([3, 3, 2, 3], 20), {strides: 2}],
    ['with stride 3 that leaves rows out', [2, 8, 9, 2], some([2, 2, 2, 3], 10), {strides: 3}],
    ["with stride 3 and padding 'same'", [2, 8, 8, 2], some([3, 3, 2, 3], 20), {strides: 3, pad: 'same'}],
    ['with different strides in rows and columns', [2, 7, 8, 2], some([3, 2, 2, 3], 15), {strides: [2, 1], pad: 1}],
    ['with dilation 2', [2, 7, 7, 2], some([3, 3, 2, 3], 20), {dilations: 2}],
    ["with dilation 2 and padding 'same'", [2, 5, 6, 2], some([3, 3, 2, 3], 20), {dilations: 2, pad: 'same'}],
    ['with different dilations in rows and columns', [1, 6, 7, 2], some([2, 3, 2, 3], 15), {dilations: [2, 1]}],
    ['with a non-square kernel and image', [2, 4, 9, 3], some([1, 5, 3, 2], 12), {pad: 'same'}],
    ["with a kernel larger than the image and padding 'same'", [2, 2, 3, 2], some([5, 5, 2, 2], 40), {pad: 'same'}],
    ['of 1 × 1', [2, 4, 4, 6], some([1, 1, 6, 5], 9), {}],
    ['of 1 × 1 with stride 2', [2, 4, 5, 6], some([1, 1, 6, 5], 9), {strides: 2, pad: 'same'}],
    ['of one connection', [2, 4, 4, 2], some([3, 3, 2, 2], 1), {pad: 'same'}],
    ['of no connection', [2, 4, 4, 2], some([3, 3, 2, 2], 0), {pad: 'same'}],
    ['that is fully dense', [2, 5, 5, 3], Topology.dense([3, 3, 3, 5]), {strides: 2, pad: 'same'}],
    // Connections of the input channel 1 and the outputs 0 and 2 only.
    ['with empty rows and columns', [2, 4, 4, 3], Topology.fromPositions([1, 2, 3, 4], [4, 6, 16, 18]), {}],
  ])('equals the dense convolution %s', (_, xShape, topology, options) =>
    expectDenseConvolution(xShape, topology, options));

  test('equals the dense convolution for any shape, stride, dilation, padding and density', async () => {
    await fc.assert(
      fc.asyncProperty(anyConvolution, ({xShape, topology, options}) =>
        expectDenseConvolution(xShape, topology, options),
      ),
      {seed: 1, numRuns: 20},
    );
  });

  test('names the channels that x must have', () => {
    const topology = Topology.dense([3, 3, 2, 4]);
    const values = tf.ones([72]) as tf.Tensor1D;
    const x = tf.ones([1, 2, 8, 8]) as tf.Tensor4D;
    expect(() => sparseConv2d(x, values, topology)).toThrow(
      new RangeError(
        'sparseConv2d: x must be [batch, h, w, 2] to match the kernel [3,3,2,4], received [1,2,8,8]. ' +
          'Channels come last in x; the kernel is [kh, kw, in, out].',
      ),
    );
    tf.dispose([x, values]);
  });

  test('refuses images without a batch, and the kernel of a dense layer', () => {
    const image = tf.ones([8, 8, 2]) as unknown as tf.Tensor4D;
    const batch = tf.ones([1, 8, 8, 2]) as tf.Tensor4D;
    const values = tf.ones([8]) as tf.Tensor1D;
    expect(() => sparseConv2d(image, values, Topology.dense([1, 1, 2, 4]))).toThrow('received [8,8,2]');
    expect(() => sparseConv2d(batch, values, Topology.dense([2, 4]))).toThrow('to match the kernel [2,4]');
    tf.dispose([image, batch, values]);
  });

  test('names the number of values that the topology asks for', () => {
    const x = tf.ones([1, 4, 4, 2]) as tf.Tensor4D;
    const values = tf.ones([3]) as tf.Tensor1D;
    expect(() => sparseConv2d(x, values, Topology.dense([1, 1, 2, 2]))).toThrow(
      'sparseConv2d: values must be float32 of shape [4] to match the active connections, received float32 of shape [3].',
    );
    tf.dispose([x, values]);
  });

  test('refuses an image that is smaller than the kernel, and a padding that is no number of zeros', () => {
    const x = tf.ones([1, 4, 2, 1]) as tf.Tensor4D;
    const values = tf.ones([9]) as tf.Tensor1D;
    const topology = Topology.dense([3, 3, 1, 1]);
    expect(() => sparseConv2d(x, values, topology)).toThrow(
      new RangeError(
        'sparseConv2d: x must be at least as high and wide as the kernel [3,3,1,1] with dilations 1, received [1,4,2,1] ' +
          "with padding valid. Pad with 'same', or use a smaller kernel.",
      ),
    );
    expect(() => sparseConv2d(x, values, topology, {pad: 1.5})).toThrow(
      new RangeError(
        "sparseConv2d: pad must be 'valid', 'same' or an integer from 0 on, received 1.5. Slice x to make it smaller.",
      ),
    );
    tf.dispose([x, values]);
  });

  test('refuses strides and dilations together, which tfjs does not define', () => {
    const x = tf.ones([1, 8, 8, 2]) as tf.Tensor4D;
    const values = tf.ones([36]) as tf.Tensor1D;
    expect(() => sparseConv2d(x, values, Topology.dense([3, 3, 2, 2]), {strides: 2, dilations: [1, 2]})).toThrow(
      new RangeError(
        'sparseConv2d: strides or dilations must be 1, received strides 2 and dilations 1,2. Use one of them.',
      ),
    );
    tf.dispose([x, values]);
  });
});
