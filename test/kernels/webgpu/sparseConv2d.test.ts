import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {convGeometryOf} from '../../../src/ops/convGeometry.ts';
import {runSparseKernel} from '../../../src/ops/dispatch.ts';
import {type FusedActivation, kernelNames, type SparseConv2dAttrs} from '../../../src/ops/kernelNames.ts';
import {releaseTopology} from '../../../src/ops/topologyResources.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {describeBackends} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {programsOf} from '../../support/gpuPrograms.ts';
import {someNumbers} from '../../support/layer.ts';
import * as scalar from '../../support/scalar/sparseConv2d.ts';

type Shape4D = [number, number, number, number];

interface Steps {
  readonly strides?: [number, number];
  readonly dilations?: [number, number];
  readonly pad?: 'same' | 'valid';
  readonly activation?: FusedActivation;
}

/** Expects all three kernels to equal the scalar loops. @returns the programs of the values' gradient */
async function expectScalarProducts(
  xShape: Shape4D,
  topology: Topology,
  {strides = [1, 1], dilations = [1, 1], pad = 'same', activation}: Steps = {},
): Promise<string[]> {
  const info = tf.backend_util.computeConv2DInfo(xShape, topology.shape as Shape4D, strides, dilations, pad);
  const geometry = convGeometryOf(info);
  const {nnz, cols} = topology;
  const sizes = [xShape, [nnz], info.outShape, [cols]].map((shape) => shape.reduce((a, b) => a * b, 1));
  const [xs, values, dys, biases] = sizes.map((n, seed) => someNumbers(n, seed + 1));
  const [y, dx, dValues] = [dys, xs, values].map(({length}) => new Float32Array(length));
  scalar.forward(xs, values, topology, geometry, y, activation && biases, activation);
  scalar.backpropInput(dys, values, topology, geometry, dx);
  scalar.backpropValues(xs, dys, topology, geometry, dValues);

  const [x, dy, v, bias] = [
    tf.tensor4d(xs, xShape),
    tf.tensor4d(dys, info.outShape),
    tf.tensor1d(values),
    tf.tensor1d(biases),
  ];
  const attrs: SparseConv2dAttrs = {topology, geometry, activation};
  const results: tf.Tensor[] = [];
  const run = (name: string, inputs: Record<string, tf.Tensor>) =>
    programsOf(() => results.push(runSparseKernel(name, inputs, attrs)));
  const sums = ['stage', 'addUp'];
  const forward = run(kernelNames.sparseConv2d, {x, values: v, ...(activation && {bias})});
  expect(forward).toEqual([...sums, activation ? 'finishBiased' : 'finish']);
  expect(run(kernelNames.sparseConv2dBackpropInput, {dy, values: v})).toEqual([...sums, 'finish']);
  const programs = run(kernelNames.sparseConv2dBackpropValues, {x, dy});
  expect(results.map(({shape}) => shape)).toEqual([info.outShape, xShape, [nnz]]);
  expectClose(await results[0].data(), y);
  expectClose(await results[1].data(), dx);
  expectClose(await results[2].data(), dValues);
  tf.dispose([results, x, dy, v, bias]);
  releaseTopology(topology);
  return programs;
}

const some = (shape: Shape4D, nnz: number) => Topology.random(shape, nnz, seededRandom(nnz));

describeBackends('the WebGPU products of a convolution', () => {
  test.each<[string, Shape4D, Topology, Steps]>([
    ['of one sample', [1, 6, 5, 3], some([3, 3, 3, 4], 30), {}],
    ['of a batch that is no multiple of four', [5, 6, 5, 3], some([3, 3, 3, 4], 30), {}],
    ['of more channels than a tile', [2, 4, 4, 40], some([3, 3, 40, 37], 1300), {}],
    ['with stride 2', [2, 7, 8, 3], some([3, 3, 3, 4], 40), {strides: [2, 2]}],
    ['with a stride that leaves rows out', [2, 8, 9, 2], some([2, 2, 2, 3], 12), {strides: [3, 3], pad: 'valid'}],
    ['with a stride beyond the kernel', [2, 7, 7, 3], some([1, 1, 3, 4], 6), {strides: [2, 3]}],
    ['with a stride beyond the image', [3, 2, 3, 2], some([3, 3, 2, 2], 20), {strides: [4, 5]}],
    ['with dilation', [2, 9, 8, 2], some([3, 2, 2, 3], 20), {dilations: [2, 3], pad: 'valid'}],
    ["with dilation and padding 'same'", [2, 5, 6, 2], some([3, 3, 2, 3], 30), {dilations: [2, 2]}],
    ['with a kernel beyond the image', [2, 2, 3, 2], some([5, 5, 2, 2], 60), {}],
    ['with connections of one channel only', [4, 4, 4, 3], Topology.fromPositions([1, 2, 3, 4], [4, 6, 16, 18]), {}],
    ['with a bias', [3, 5, 5, 3], some([3, 3, 3, 6], 20), {activation: 'linear'}],
    [
      'with a bias and a rectified linear unit',
      [3, 5, 5, 3],
      some([3, 3, 3, 6], 20),
      {activation: 'relu', strides: [2, 2]},
    ],
  ])('equal the scalar loops %s', async (_, xShape, topology, steps) => {
    expect(await expectScalarProducts(xShape, topology, steps)).toEqual(['stage', 'stage', 'dots']);
  });

  test('split the gradient of few values over many pixels', async () => {
    const programs = await expectScalarProducts([9, 24, 22, 2], some([3, 3, 2, 3], 10), {strides: [2, 1]});
    expect(programs).toEqual(['stage', 'stage', 'dots', 'sumSplits']);
  });
}, ['webgpu']);
