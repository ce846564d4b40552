import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {GradientProbe} from '../../src/ops/gradientProbe.ts';
import {sparseConv2d} from '../../src/ops/sparseConv2d.ts';
import {sparseMatMul} from '../../src/ops/sparseMatMul.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {Topology} from '../../src/topology/topology.ts';
import {describeBackends, onCpu} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {someNumbers} from '../support/layer.ts';

const topology = Topology.fromPositions([3, 4], [1, 6, 8]);
const values = Float32Array.of(1, -2, 3);

/** One backward pass of the sum of x W through the probe, for each x. */
function backward(probe: GradientProbe, ...xs: number[][][]): void {
  tf.tidy(() => {
    const products = (v: tf.Tensor) =>
      xs.map((x) => sparseMatMul(tf.tensor2d(x), v as tf.Tensor1D, topology, {probe}).sum());
    tf.grad((v: tf.Tensor) => tf.addN(products(v)))(tf.tensor1d(values));
  });
}

async function readAll(probe: GradientProbe): Promise<number[]> {
  const {size, block} = await probe.read();
  return [...block(0, size)];
}

describeBackends('GradientProbe', () => {
  test('gives the gradient at all positions of a dense layer, active or not', async () => {
    const probe = new GradientProbe();
    probe.arm();
    // biome-ignore format: a matrix
    backward(probe, [[1, 2, 3], [10, 20, 30]]);
    // The loss is the sum of the outputs, so the gradient of every weight is the sum of its inputs.
    expect(await readAll(probe)).toEqual([11, 11, 11, 11, 22, 22, 22, 22, 33, 33, 33, 33]);
    probe.disarm();
    releaseTopology(topology);
  });

  test('keeps the recordings of one state of the weights only, so that steps without a reader do not pile up', async () => {
    let version = 0;
    const probe = new GradientProbe(() => version);
    probe.arm();
    backward(probe, [[1, 0, 0]]);
    version++;
    backward(probe, [[0, 1, 0]], [[0, 1, 0]]);
    expect(await readAll(probe)).toEqual([0, 0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 0]);
    probe.disarm();
    releaseTopology(topology);
  });

  test('gives the gradient block by block', async () => {
    const probe = new GradientProbe();
    probe.arm();
    backward(probe, [[1, 2, 3]]);
    const gradient = await probe.read();
    expect(gradient.size).toBe(12);
    expect([...gradient.block(3, 5)]).toEqual([1, 2]);
    expect([...gradient.block(8, 12)]).toEqual([3, 3, 3, 3]);
    probe.disarm();
    releaseTopology(topology);
  });

  test.each([
    {strides: 1, pad: 'same'},
    {strides: [2, 1], pad: 'valid'},
    {strides: 3, pad: 'same'},
  ] as const)('gives the gradient at all positions of a convolution with $strides and $pad', async (options) => {
    const xs = someNumbers(2 * 7 * 8 * 2, 1);
    const kernelTopology = Topology.fromPositions([3, 3, 2, 3], [0, 7, 20, 53]);
    const probe = new GradientProbe();
    probe.arm();
    const [expected] = await onCpu(() => {
      const convolve = (kernel: tf.Tensor) =>
        tf.conv2d(tf.tensor4d(xs, [2, 7, 8, 2]), kernel as tf.Tensor4D, options.strides as number, options.pad);
      // The gradient does not depend on the kernel, since the loss below is linear in it.
      return [tf.grad((kernel) => weighted(convolve(kernel)))(tf.zeros([3, 3, 2, 3]))];
    });
    tf.tidy(() => {
      const convolve = (v: tf.Tensor) =>
        sparseConv2d(tf.tensor4d(xs, [2, 7, 8, 2]), v as tf.Tensor1D, kernelTopology, {...options, probe});
      tf.grad((v) => weighted(convolve(v)))(tf.ones([4]));
    });
    expectClose(await readAll(probe), expected);
    probe.disarm();
    releaseTopology(kernelTopology);
  });

  test('sums over the calls and the steps since it was armed', async () => {
    const probe = new GradientProbe();
    probe.arm();
    // biome-ignore format: matrices
    backward(probe, [[1, 2, 3]], [[0, 0, 5], [1, 1, 0]]);
    backward(probe, [[100, 0, 0]]);
    expect(await readAll(probe)).toEqual([102, 102, 102, 102, 3, 3, 3, 3, 8, 8, 8, 8]);
    probe.disarm();
    releaseTopology(topology);
  });

  test('can be read twice', async () => {
    const probe = new GradientProbe();
    probe.arm();
    backward(probe, [[1, 2, 3]]);
    expect(await readAll(probe)).toEqual(await readAll(probe));
    probe.disarm();
    releaseTopology(topology);
  });

  test('forgets what was recorded when it is armed again', async () => {
    const probe = new GradientProbe();
    probe.arm();
    backward(probe, [[1, 2, 3]]);
    probe.arm();
    backward(probe, [[0, 0, 1]]);
    expect(await readAll(probe)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    probe.disarm();
    releaseTopology(topology);
  });

  test('keeps nothing unless it is armed', async () => {
    const probe = new GradientProbe();
    backward(probe, [[1, 2, 3]]);
    releaseTopology(topology);
    const before = tf.memory().numTensors;
    backward(probe, [[1, 2, 3]]);
    releaseTopology(topology);
    expect(tf.memory().numTensors).toBe(before);
    await expect(probe.read()).rejects.toThrow('GradientProbe: no gradient was recorded. Call scheduler.step() after');
  });

  test('keeps two tensors per call, and none after disarm', () => {
    const probe = new GradientProbe();
    probe.arm();
    const before = tf.memory().numTensors;
    backward(probe, [[1, 2, 3]], [[4, 5, 6]]);
    releaseTopology(topology);
    expect(tf.memory().numTensors).toBe(before + 4);
    probe.disarm();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('lives through the steps of an optimizer', async () => {
    const probe = new GradientProbe();
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
    const x = tf.tensor2d([[1, 2, 3]]);
    probe.arm();
    const optimizer = tf.train.sgd(0.1);
    optimizer.minimize(() => sparseMatMul(x, variable as tf.Tensor1D, topology, {probe}).sum());
    expect(await readAll(probe)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
    probe.disarm();
    tf.dispose([variable, x]);
    optimizer.dispose();
    releaseTopology(topology);
  });
});

describeBackends('GradientProbe on a device', () => {
  test('reads the gradient of a large layer in parts', async () => {
    // Parts of 3, 3 and 1 rows.
    const [rows, cols] = [7, 6];
    const large = Topology.fromPositions([rows, cols], [0, 5]);
    const probe = new GradientProbe(undefined, 20);
    probe.arm();
    tf.tidy(() => {
      const x = tf.range(0, 2 * rows).reshape([2, rows]);
      const y = (v: tf.Tensor) => sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, large, {probe});
      tf.grad((v: tf.Tensor) => y(v).mul(tf.range(0, cols)).sum())(tf.tensor1d([1, 2]));
    });
    // Row i of x is i and i + 7 in the two samples, and column j of the output counts j.
    const expected = Array.from({length: rows * cols}, (_, at) => (2 * Math.floor(at / cols) + rows) * (at % cols));
    expect(await readAll(probe)).toEqual(expected);
    probe.disarm();
    releaseTopology(large);
  });
}, ['webgpu']);

test('GradientProbe names the positions that it takes at once', () => {
  expect(() => new GradientProbe(undefined, Number.NaN)).toThrow(
    new RangeError('GradientProbe: positionsAtOnce must be at least 1, received NaN. Leave it out for 16777216.'),
  );
});

/** A sum in which every element has another weight. */
function weighted(y: tf.Tensor): tf.Scalar {
  return tf.sum(tf.mul(y, tf.linspace(-1, 1, y.size).reshape(y.shape)));
}
