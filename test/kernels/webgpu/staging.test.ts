import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {sharingStaged} from '../../../src/kernels/webgpu/staging.ts';
import {sparseConv2d} from '../../../src/ops/sparseConv2d.ts';
import {releaseTopology} from '../../../src/ops/topologyResources.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {describeBackends} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {gpuBackend, programsOf} from '../../support/gpuPrograms.ts';
import {someNumbers} from '../../support/layer.ts';

const topology = Topology.random([3, 3, 4, 5], 60, seededRandom(1));

/** A convolution with both gradients. @returns them, and how often something was laid out */
function compute(x: tf.Tensor, values: tf.Tensor): {results: tf.Tensor[]; stagings: number} {
  let results: tf.Tensor[] = [];
  const programs = programsOf(() => {
    const layer = (x: tf.Tensor, values: tf.Tensor) =>
      sparseConv2d(x as tf.Tensor4D, values as tf.Tensor1D, topology, {pad: 'same'}) as tf.Tensor;
    const {value, grads} = tf.valueAndGrads((...inputs) => layer(inputs[0], inputs[1]))([x, values]);
    results = [value, ...grads];
  });
  return {results, stagings: programs.filter((name) => name === 'stage').length};
}

describeBackends('products that share what they lay out', () => {
  test.each([
    ['an input once', undefined, 3],
    ['an input that is too large each time', 100, 4],
  ])('lay out %s', async (_, most, stagings) => {
    const x = tf.tensor4d(someNumbers(240, 1), [2, 6, 5, 4]);
    const values = tf.tensor1d(someNumbers(60, 2));
    const alone = compute(x, values);
    const dataIds = tf.engine().backend.numDataIds();
    const shared = sharingStaged(gpuBackend(), () => compute(x, values), most);
    expect(alone.stagings).toBe(4);
    expect(shared.stagings).toBe(stagings);
    for (const [i, result] of shared.results.entries()) {
      expectClose(await result.data<'float32'>(), await alone.results[i].data<'float32'>());
    }
    tf.dispose(shared.results);
    expect(tf.engine().backend.numDataIds()).toBe(dataIds);
    tf.dispose([x, values, alone.results]);
    releaseTopology(topology);
  });
}, ['webgpu']);
