import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {runSparseKernel} from '../../../src/ops/dispatch.ts';
import {type FusedActivation, kernelNames} from '../../../src/ops/kernelNames.ts';
import {releaseTopology} from '../../../src/ops/topologyResources.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {describeBackends} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {programsOf} from '../../support/gpuPrograms.ts';
import {someNumbers} from '../../support/layer.ts';
import * as scalar from '../../support/scalar/sparseMatMul.ts';

/** Expects all three kernels to equal the scalar loops, and to have run as programs. */
async function expectScalarProducts(batch: number, topology: Topology, activation?: FusedActivation): Promise<void> {
  const {rows, cols, nnz} = topology;
  const [xs, values, dys, biases] = [batch * rows, nnz, batch * cols, cols].map((n, seed) => someNumbers(n, seed + 1));
  const [y, dx, dValues] = [dys, xs, values].map(({length}) => new Float32Array(length));
  scalar.forward(xs, values, topology, y, activation && biases, activation);
  scalar.backpropInput(dys, values, topology, dx);
  scalar.backpropValues(xs, dys, topology, dValues);

  const inputs = {x: tf.tensor2d(xs, [batch, rows]), values: tf.tensor1d(values), dy: tf.tensor2d(dys, [batch, cols])};
  const bias = tf.tensor1d(biases);
  const {x, dy, values: v} = inputs;
  let results: tf.Tensor[] = [];
  const programs = programsOf(() => {
    results = [
      runSparseKernel(kernelNames.sparseMatMul, {x, values: v, ...(activation && {bias})}, {
        topology,
        activation,
      } as object & {topology: Topology}),
      runSparseKernel(kernelNames.sparseMatMulBackpropInput, {dy, values: v}, {topology}),
      runSparseKernel(kernelNames.sparseMatMulBackpropValues, {x, dy}, {topology}),
    ];
  });
  expect(results.map(({shape}) => shape)).toEqual([[batch, cols], [batch, rows], [nnz]]);
  expectClose(await results[0].data(), y);
  expectClose(await results[1].data(), dx);
  expectClose(await results[2].data(), dValues);
  const finish = activation ? 'finishBiased' : 'finish';
  const sums = ['stage', 'addUp', finish, 'stage', 'addUp', 'finish'];
  expect(programs.slice(0, 9)).toEqual(nnz > 0 ? [...sums, 'stage', 'stage', 'dots'] : []);
  tf.dispose([results, bias, x, dy, v]);
  releaseTopology(topology);
}

/** Connections of the inputs in `rows` to all outputs, and of the outputs in `cols` to all inputs. */
function cross(shape: [number, number], rows: number[], cols: number[]): Topology {
  const mask = new Uint8Array(shape[0] * shape[1]);
  for (let i = 0; i < mask.length; i++) {
    if (rows.includes(Math.floor(i / shape[1])) || cols.includes(i % shape[1])) mask[i] = 1;
  }
  return Topology.fromMask(shape, mask);
}

const some = (shape: [number, number], nnz: number) => Topology.random(shape, nnz, seededRandom(nnz));

describeBackends('the WebGPU products of a dense layer', () => {
  test.each<[string, number, Topology]>([
    ['of one sample', 1, some([70, 50], 400)],
    ['of two samples', 2, some([70, 50], 400)],
    ['of a batch that is no multiple of four', 7, some([33, 31], 200)],
    ['of a batch of more samples than a workgroup has lanes', 261, some([40, 30], 300)],
    ['of one input and one output', 3, Topology.dense([1, 1])],
    ['of exactly one chunk', 5, some([20, 20], 64)],
    ['of one connection more than a chunk', 5, some([20, 20], 65)],
    ['of one connection less than two chunks', 5, some([20, 20], 127)],
    ['with very long rows among empty ones', 5, cross([70, 700], [0, 35, 69], [])],
    ['with very long columns among empty ones', 5, cross([700, 70], [], [0, 1, 69])],
    ['with long and short rows and columns', 6, cross([300, 300], [150], [7])],
    ['that is fully dense', 9, Topology.dense([37, 41])],
    ['with its only connections in the first and the last place', 4, Topology.fromPositions([90, 80], [0, 7199])],
    ['of no connection', 3, some([5, 4], 0)],
    ['of a layer of LeNet-300-100', 100, some([784, 300], 11760)],
  ])('equal the scalar loops %s', (_, batch, topology) => expectScalarProducts(batch, topology));

  test.each<FusedActivation>(['linear', 'relu'])('add a bias and apply %s', async (activation) => {
    await expectScalarProducts(6, some([50, 45], 300), activation);
    // Most outputs without a connection: the bias alone.
    await expectScalarProducts(1, Topology.fromPositions([3, 70], [5, 6, 140]), activation);
  });

  test('let what is not a number through the rectified linear unit', async () => {
    const topology = Topology.dense([1, 1]);
    const inputs = {x: tf.tensor2d([[Number.NaN]]), values: tf.tensor1d([1])};
    const attrs = {topology, activation: 'relu'} as {topology: Topology};
    const y = runSparseKernel(kernelNames.sparseMatMul, inputs, attrs);
    expect([...(await y.data())]).toEqual([Number.NaN]);
    tf.dispose([y, inputs.x, inputs.values]);
    releaseTopology(topology);
  });

  test('take float32 tensors that were cast from integers', async () => {
    const topology = Topology.dense([2, 1]);
    const [x, values] = tf.tidy(() => [
      tf.tensor2d([[1, 2]], [1, 2], 'int32').cast('float32'),
      tf.tensor1d([3, 4], 'int32').cast('float32'),
    ]);
    const y = runSparseKernel(kernelNames.sparseMatMul, {x, values}, {topology});
    expect([...(await y.data())]).toEqual([11]);
    tf.dispose([y, x, values]);
    releaseTopology(topology);
  });
}, ['webgpu']);
