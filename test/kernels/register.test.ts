import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {registerDenseForm} from '../../src/kernels/denseForm.ts';
import {compositeKernels} from '../../src/ops/composite.ts';
import {convGeometryOf} from '../../src/ops/convGeometry.ts';
import {kernelNames} from '../../src/ops/kernelNames.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {someNumbers} from '../support/layer.ts';

const matrix = Topology.random([13, 11], 40, seededRandom(1));
const kernel = Topology.random([3, 2, 3, 5], 31, seededRandom(2));
const geometry = convGeometryOf(tf.backend_util.computeConv2DInfo([2, 6, 7, 3], [3, 2, 3, 5], [2, 1], 1, 'same'));

const fused = {activation: 'relu', hasBias: true};

/** For each kernel its inputs by shape, and its attributes. */
const calls: [string, Record<string, number[]>, {topology: Topology; [attr: string]: unknown}][] = [
  [kernelNames.sparseMatMul, {x: [4, 13], values: [40]}, {topology: matrix}],
  [kernelNames.sparseMatMul, {x: [4, 13], values: [40], bias: [11]}, {topology: matrix, ...fused}],
  [kernelNames.sparseMatMulBackpropInput, {dy: [4, 11], values: [40]}, {topology: matrix}],
  [kernelNames.sparseMatMulBackpropValues, {x: [4, 13], dy: [4, 11]}, {topology: matrix}],
  [kernelNames.sparseConv2d, {x: [2, 6, 7, 3], values: [31]}, {topology: kernel, geometry}],
  [kernelNames.sparseConv2d, {x: [2, 6, 7, 3], values: [31], bias: [5]}, {topology: kernel, geometry, ...fused}],
  [kernelNames.sparseConv2dBackpropInput, {dy: [2, 3, 7, 5], values: [31]}, {topology: kernel, geometry}],
  [kernelNames.sparseConv2dBackpropValues, {x: [2, 6, 7, 3], dy: [2, 3, 7, 5]}, {topology: kernel, geometry}],
  [kernelNames.outputGradient, {dy: [4, 11], y: [4, 11]}, {topology: matrix, ...fused}],
  [kernelNames.outputGradient, {dy: [4, 11], y: [4, 11]}, {topology: matrix, activation: 'linear', hasBias: true}],
  [kernelNames.outputGradient, {dy: [2, 3, 7, 5], y: [2, 3, 7, 5]}, {topology: kernel, ...fused}],
  [kernelNames.outputGradient, {dy: [4, 11], y: [4, 11]}, {topology: matrix, activation: 'relu', hasBias: false}],
  [kernelNames.sparseToDense, {values: [40]}, {topology: matrix}],
  [kernelNames.sparseToDense, {values: [31]}, {topology: kernel}],
  [kernelNames.denseToSparse, {dense: [13, 11]}, {topology: matrix}],
  [kernelNames.denseToSparse, {dense: [3, 2, 3, 5]}, {topology: kernel}],
];

describeBackends('registered kernels', () => {
  test.each(calls)('%s of %o equals its composite', async (kernelName, shapes, attrs) => {
    const [own, composite] = tf.tidy(() => {
      const inputs = Object.fromEntries(
        Object.entries(shapes).map(([name, shape], seed) => {
          const size = shape.reduce((a, b) => a * b);
          return [name, tf.tensor(someNumbers(size, seed), shape)];
        }),
      );
      const named = attrs as unknown as tf.NamedAttrMap;
      return [
        [tf.engine().runKernel(kernelName, inputs, named)].flat(),
        [compositeKernels[kernelName]({inputs, attrs: named, backend: tf.backend()})].flat() as tf.Tensor[],
      ];
    });
    expect(own.map(({shape}) => shape)).toEqual(composite.map(({shape}) => shape));
    for (const [i, tensor] of own.entries()) expectClose(await tensor.data(), await composite[i].data());
    tf.dispose([own, composite]);
    releaseTopology(attrs.topology);
  });
}, ['cpu', 'wasm']);

describe('registerDenseForm', () => {
  test('leaves kernels alone that are registered already', () => {
    const before = tf.getKernel(kernelNames.sparseToDense, 'cpu');
    registerDenseForm();
    expect(tf.getKernel(kernelNames.sparseToDense, 'cpu')).toBe(before);
  });
});
