import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {GradientProbe} from '../../src/ops/gradientProbe.ts';
import type {FusedActivation} from '../../src/ops/kernelNames.ts';
import {sparseConv2d} from '../../src/ops/sparseConv2d.ts';
import {sparseMatMul} from '../../src/ops/sparseMatMul.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {describeKernels, onCpu} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {atActive, someNumbers, toDense} from '../support/layer.ts';

const squares = (tensors: readonly tf.Tensor[]) =>
  tensors.map((tensor) => tf.sum(tf.square(tensor))).reduce((sum, each) => tf.add(sum, each)) as tf.Scalar;

/** The gradient of the squares of all first derivatives of Σ y³ / 3, as penalties have it. */
function penaltyGradients(layer: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  const loss = (...inputs: tf.Tensor[]) => tf.sum(tf.pow(layer(...inputs), 3)).div(3) as tf.Scalar;
  const penalty = (...inputs: tf.Tensor[]) => squares(tf.grads(loss)(inputs));
  return tf.grads(penalty)(inputs);
}

describeKernels('second derivatives', () => {
  test.each<[FusedActivation, boolean]>([
    ['linear', false],
    ['linear', true],
    ['relu', false],
    ['relu', true],
  ])('of a matrix product, %s, with a bias: %s, are those of the dense one', async (activation, hasBias) => {
    const topology = Topology.random([6, 5], 13, seededRandom(1));
    const [xs, values, biases] = [someNumbers(4 * 6, 1), someNumbers(13, 2), someNumbers(5, 3)];
    const [dx, dKernel, dBias] = await onCpu(() => {
      const dense = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor = tf.zeros([5])) => {
        const z = tf.add(tf.matMul(x, kernel), bias);
        return activation === 'relu' ? tf.relu(z) : z;
      };
      // A kernel's derivatives where there is no connection have no penalty.
      const mask = tf.tensor2d(topology.mask(), [6, 5]);
      const inputs = [tf.tensor2d(xs, [4, 6]), tf.tensor2d(toDense(topology, values), [6, 5]), tf.tensor1d(biases)];
      return penaltyGradients(
        (x, kernel, bias) => dense(x, tf.mul(kernel, mask), bias),
        hasBias ? inputs : inputs.slice(0, 2),
      );
    });
    const results = tf.tidy(() => {
      const inputs = [tf.tensor2d(xs, [4, 6]), tf.tensor1d(values), ...(hasBias ? [tf.tensor1d(biases)] : [])];
      return penaltyGradients(
        (x, v, bias) =>
          sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, topology, {bias: bias as tf.Tensor1D, activation}),
        inputs,
      );
    });
    expectClose(await results[0].data(), dx);
    expectClose(await results[1].data(), atActive(topology, dKernel));
    if (hasBias) expectClose(await results[2].data(), dBias);
    tf.dispose(results);
    releaseTopology(topology);
  });

  test('of a convolution are differences of first ones', async () => {
    const topology = Topology.random([3, 2, 2, 3], 11, seededRandom(2));
    const convolve = (x: tf.Tensor, v: tf.Tensor) =>
      sparseConv2d(x as tf.Tensor4D, v as tf.Tensor1D, topology, {strides: [2, 1], pad: 'same'}) as tf.Tensor;
    const shape: [number, number, number, number] = [2, 5, 4, 2];
    const [x, v, u, w] = [
      tf.tensor4d(someNumbers(80, 1), shape),
      tf.tensor1d(someNumbers(11, 2)),
      tf.tensor1d(someNumbers(11, 3)),
      tf.tensor4d(someNumbers(80, 4), shape),
    ];
    const results = tf.tidy(() => {
      const energy = (x: tf.Tensor, v: tf.Tensor) => tf.sum(tf.square(convolve(x, v))).div(2) as tf.Scalar;
      // Linear in x, and of the second degree in v: its central differences are exact.
      const along = (x: tf.Tensor, v: tf.Tensor) => tf.sum(tf.mul(w, tf.grads(energy)([x, v])[0])) as tf.Scalar;
      const [dx, dv] = tf.grads(along)([x, v]);
      const half = (plus: tf.Scalar, minus: tf.Scalar) => tf.sub(plus, minus).div(2);
      return [
        tf.sum(tf.mul(dv, u)),
        half(along(x, tf.add(v, u)), along(x, tf.sub(v, u))),
        tf.sum(tf.mul(dx, w)),
        half(along(tf.add(x, w), v), along(tf.sub(x, w), v)),
      ];
    });
    const [byTapeV, byDifferenceV, byTapeX, byDifferenceX] = await Promise.all(results.map((result) => result.data()));
    expect(Math.abs(byDifferenceV[0])).toBeGreaterThan(0.1);
    expectClose(byTapeV, byDifferenceV, 1e-4);
    expectClose(byTapeX, byDifferenceX, 1e-4);
    tf.dispose([results, x, v, u, w]);
    releaseTopology(topology);
  });

  test('tell the probe of the gradient of the loss, and not of those within it', async () => {
    const topology = Topology.random([4, 3], 6, seededRandom(3));
    const probe = new GradientProbe();
    const [x, v] = [tf.tensor2d(someNumbers(8, 1), [2, 4]), tf.tensor1d(someNumbers(6, 2))];
    probe.arm();
    const [gradient] = tf.tidy(() => {
      const layer = (x: tf.Tensor, v: tf.Tensor) =>
        sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, topology, {probe}) as tf.Tensor;
      const ofInput = (x: tf.Tensor, v: tf.Tensor) => tf.grad((x) => tf.sum(tf.square(layer(x, v))))(x);
      return tf.grads((v: tf.Tensor) => tf.add(squares([ofInput(x, v)]), tf.sum(layer(x, v))) as tf.Scalar)([v]);
    });
    expectClose(await probe.readActive(), await gradient.data());
    probe.disarm();
    tf.dispose([gradient, x, v]);
    releaseTopology(topology);
  });
});
