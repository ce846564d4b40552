import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {FusedActivation} from '../../src/ops/kernelNames.ts';
import {sparseMatMul} from '../../src/ops/sparseMatMul.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {casesFor, describeKernels, onCpu} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {atActive, someNumbers, toDense} from '../support/layer.ts';

/**
 * Expects output and all gradients to equal those of a dense matrix product with zeros where there is no connection, with bias
 * and activation as separate ops.
 */
async function expectDenseProducts(
  batch: number,
  topology: Topology,
  activation: FusedActivation = 'linear',
  hasBias = false,
): Promise<void> {
  const {rows, cols, nnz} = topology;
  const [xs, values, dys, biases] = [batch * rows, nnz, batch * cols, cols].map((n, seed) => someNumbers(n, seed));
  const [y, dx, dKernel, dBias] = await onCpu(() => {
    const inputs = [
      tf.tensor2d(xs, [batch, rows]),
      tf.tensor2d(toDense(topology, values), [rows, cols]),
      tf.tensor1d(hasBias ? biases : new Float32Array(cols)),
    ];
    const layer = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) => {
      const z = tf.add(tf.matMul(x, kernel), bias);
      return activation === 'relu' ? tf.relu(z) : z;
    };
    return [layer(inputs[0], inputs[1], inputs[2]), ...tf.grads(layer)(inputs, tf.tensor2d(dys, [batch, cols]))];
  });
  const results = tf.tidy(() => {
    const inputs = [tf.tensor2d(xs, [batch, rows]), tf.tensor1d(values), ...(hasBias ? [tf.tensor1d(biases)] : [])];
    const layer = (x: tf.Tensor, v: tf.Tensor, bias?: tf.Tensor) =>
      sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, topology, {bias: bias as tf.Tensor1D, activation}) as tf.Tensor;
    return [layer(inputs[0], inputs[1], inputs[2]), ...tf.grads(layer)(inputs, tf.tensor2d(dys, [batch, cols]))];
  });
  expect(results.map(({shape}) => shape)).toEqual([[batch, cols], [batch, rows], [nnz], ...(hasBias ? [[cols]] : [])]);
  expectClose(await results[0].data(), y);
  expectClose(await results[1].data(), dx);
  expectClose(await results[2].data(), atActive(topology, dKernel));
  if (hasBias) expectClose(await results[3].data(), dBias);
  tf.dispose(results);
  releaseTopology(topology);
}

/** A topology given by a picture: one line per input, `x` for a connection. */
function picture(...lines: string[]): Topology {
  const mask = [...lines.join('')].map((character) => (character === 'x' ? 1 : 0));
  return Topology.fromMask([lines.length, lines[0].length], mask);
}

describeKernels('sparseMatMul', (backendName) => {
  test.each<[string, number, Topology]>([
    ['with an empty first, last and middle row', 3, picture('....', 'x..x', '....', '.xx.', '....')],
    ['with an empty first, last and middle column', 3, picture('.x.x.', '.x...', '...x.')],
    ['of one sample', 1, picture('x.x', '.x.')],
    ['of one connection', 5, picture('...', '..x', '...')],
    ['of one input and one output', 4, picture('x')],
    ['of one input', 2, picture('x.xxx')],
    ['of one output', 2, picture('x', '.', 'x', 'x', '.')],
    ['that is fully dense', 4, Topology.dense([6, 5])],
    ['of widths that are no multiple of 4', 7, Topology.random([37, 23], 85, seededRandom(1))],
    ['of a layer of LeNet-5', 16, Topology.random([120, 84], 504, seededRandom(2))],
    ['of no connection', 2, picture('..', '..', '..')],
  ])('equals the dense product %s', (_, batch, topology) => expectDenseProducts(batch, topology));

  test('equals the dense product for any shape and density', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 1, max: 9}),
        fc.integer({min: 1, max: 20}),
        fc.integer({min: 1, max: 20}),
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.integer(),
        async (batch, rows, cols, density, seed) => {
          const nnz = Math.max(1, Math.round(density * rows * cols));
          await expectDenseProducts(batch, Topology.random([rows, cols], nnz, seededRandom(seed)));
        },
      ),
      {seed: 1, numRuns: 25},
    );
  });

  test.each<[string, FusedActivation, boolean]>([
    ['a bias', 'linear', true],
    ['a rectified linear unit', 'relu', false],
    ['a bias and a rectified linear unit', 'relu', true],
  ])('equals the dense product with %s', async (_, activation, hasBias) => {
    await expectDenseProducts(37, Topology.random([19, 14], 60, seededRandom(3)), activation, hasBias);
    await expectDenseProducts(1, picture('x..x', '....', '.xx.'), activation, hasBias);
  });

  test('equals the dense product for batches around the size of a block', async () => {
    for (const batch of casesFor(backendName, [33, 32, 31, 36, 48, 64, 95, 100], 1)) {
      await expectDenseProducts(batch, Topology.random([21, 13], 70, seededRandom(batch)), 'relu', true);
    }
  });

  test('sums the gradients of several uses of the same values', async () => {
    const topology = picture('xx', 'x.');
    const gradient = tf.tidy(() => {
      const once = tf.tensor2d([[1, 2]]);
      const twice = tf.tensor2d([[10, 20]]);
      const loss = (v: tf.Tensor) =>
        tf.add(sparseMatMul(once, v as tf.Tensor1D, topology), sparseMatMul(twice, v as tf.Tensor1D, topology)).sum();
      return tf.grad(loss)(tf.tensor1d([1, 1, 1]));
    });
    expect([...(await gradient.data())]).toEqual([11, 11, 22]);
    gradient.dispose();
    releaseTopology(topology);
  });

  test('names the columns that x must have', () => {
    const topology = Topology.dense([4, 3]);
    const values = tf.ones([12]) as tf.Tensor1D;
    const x = tf.ones([2, 5]) as tf.Tensor2D;
    expect(() => sparseMatMul(x, values, topology)).toThrow(
      new RangeError(
        'sparseMatMul: x must have 4 columns to match the kernel [4,3], received [2,5]. ' +
          'Reshape x to [batch, 4], or use a kernel of shape [5, 3].',
      ),
    );
    tf.dispose([x, values]);
  });

  test('refuses an x that is not a matrix, and the kernel of a convolution', () => {
    const x = tf.ones([2, 3, 4]) as unknown as tf.Tensor2D;
    const values = tf.ones([12]) as tf.Tensor1D;
    expect(() => sparseMatMul(x, values, Topology.dense([4, 3]))).toThrow('received [2,3,4]');
    expect(() => sparseMatMul(x, values, Topology.dense([1, 1, 4, 3]))).toThrow('to match the kernel [1,1,4,3]');
    tf.dispose([x, values]);
  });

  test('names the number of values that the topology asks for', () => {
    const topology = picture('x.', 'xx');
    const x = tf.ones([1, 2]) as tf.Tensor2D;
    const tooMany = tf.ones([4]) as tf.Tensor1D;
    const integers = tf.ones([3], 'int32') as tf.Tensor1D;
    expect(() => sparseMatMul(x, tooMany, topology)).toThrow(
      new RangeError(
        'sparseMatMul: values must be float32 of shape [3] to match the active connections, received float32 of shape [4]. ' +
          'Pass one value per slot of the topology.',
      ),
    );
    expect(() => sparseMatMul(x, integers, topology)).toThrow('received int32 of shape [3]');
    tf.dispose([x, tooMany, integers]);
  });

  test('names the shape of the bias and the activations that it takes', () => {
    const [x, values] = [tf.ones([1, 2]) as tf.Tensor2D, tf.ones([3]) as tf.Tensor1D];
    const bias = tf.ones([3]) as tf.Tensor1D;
    const topology = picture('x.', 'xx');
    expect(() => sparseMatMul(x, values, topology, {bias})).toThrow(
      new RangeError(
        'sparseMatMul: bias must be float32 of shape [2] to match the kernel, received float32 of shape [3]. ' +
          'Pass one number per output.',
      ),
    );
    expect(() => sparseMatMul(x, values, topology, {activation: 'elu' as FusedActivation})).toThrow(
      new TypeError("sparseMatMul: activation must be 'linear' or 'relu', received elu. Apply others to the result."),
    );
    tf.dispose([x, values, bias]);
  });

  test('names the type of x that it takes', () => {
    const [x, values] = [tf.ones([1, 2], 'int32') as tf.Tensor2D, tf.ones([3]) as tf.Tensor1D];
    expect(() => sparseMatMul(x, values, picture('x.', 'xx'))).toThrow(
      new TypeError("sparseMatMul: x must be float32, received int32. Convert it with x.cast('float32')."),
    );
    tf.dispose([x, values]);
  });
});
