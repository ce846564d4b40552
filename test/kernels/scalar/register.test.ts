import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {registerScalarKernels} from '../../../src/kernels/scalar/register.ts';
import {compositeKernels} from '../../../src/ops/composite.ts';
import {convGeometryOf} from '../../../src/ops/convGeometry.ts';
import {kernelNames} from '../../../src/ops/kernelNames.ts';
import {releaseTopology} from '../../../src/ops/topologyResources.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {describeBackends} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {someNumbers} from '../../support/layer.ts';

const matrix = Topology.random([13, 11], 40, seededRandom(1));
const kernel = Topology.random([3, 2, 3, 5], 31, seededRandom(2));
const geometry = convGeometryOf(tf.backend_util.computeConv2DInfo([2, 6, 7, 3], [3, 2, 3, 5], [2, 1], 1, 'same'));

/** For each kernel its two inputs by shape. */
const calls: [string, Record<string, number[]>, Topology][] = [
  [kernelNames.sparseMatMul, {x: [4, 13], values: [40]}, matrix],
  [kernelNames.sparseMatMulBackpropInput, {dy: [4, 11], values: [40]}, matrix],
  [kernelNames.sparseMatMulBackpropValues, {x: [4, 13], dy: [4, 11]}, matrix],
  [kernelNames.sparseConv2d, {x: [2, 6, 7, 3], values: [31]}, kernel],
  [kernelNames.sparseConv2dBackpropInput, {dy: [2, 3, 7, 5], values: [31]}, kernel],
  [kernelNames.sparseConv2dBackpropValues, {x: [2, 6, 7, 3], dy: [2, 3, 7, 5]}, kernel],
];

describeBackends('registered kernels', () => {
  test.each(calls)('%s equals its composite', async (kernelName, shapes, topology) => {
    const [own, composite] = tf.tidy(() => {
      const inputs = Object.fromEntries(
        Object.entries(shapes).map(([name, shape], seed) => {
          const size = shape.reduce((a, b) => a * b);
          return [name, tf.tensor(someNumbers(size, seed), shape)];
        }),
      );
      const attrs = {topology, geometry} as unknown as tf.NamedAttrMap;
      return [
        tf.engine().runKernel(kernelName, inputs, attrs) as tf.Tensor,
        compositeKernels[kernelName]({inputs, attrs, backend: tf.backend()}) as tf.Tensor,
      ];
    });
    expect(own.shape).toEqual(composite.shape);
    expectClose(await own.data(), await composite.data());
    tf.dispose([own, composite]);
    releaseTopology(topology);
  });
}, ['cpu', 'wasm']);

describe('registerScalarKernels', () => {
  test('leaves kernels alone that are registered already', () => {
    const before = tf.getKernel(kernelNames.sparseMatMul, 'cpu');
    registerScalarKernels();
    expect(tf.getKernel(kernelNames.sparseMatMul, 'cpu')).toBe(before);
  });
});
