import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {gatherActive, gatherDense} from '../../src/ops/denseForm.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {Topology} from '../../src/topology/topology.ts';
import {describeBackends} from '../support/backends.ts';

describeBackends('gatherDense and gatherActive', () => {
  const topology = Topology.fromPositions([3, 2], [0, 3, 4]);

  test('gatherDense puts each value at its position', async () => {
    const dense = tf.tidy(() => gatherDense(tf.tensor1d([7, 8, 9]), topology));
    expect(dense.shape).toEqual([3, 2]);
    expect([...(await dense.data())]).toEqual([7, 0, 0, 8, 9, 0]);
    dense.dispose();
    releaseTopology(topology);
  });

  test('gatherActive takes the values at the active positions', async () => {
    const values = tf.tidy(() => gatherActive(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), topology));
    expect([...(await values.data())]).toEqual([1, 4, 5]);
    values.dispose();
    releaseTopology(topology);
  });

  test('they undo each other', async () => {
    const kernel = Topology.fromPositions([2, 2, 3, 2], [0, 5, 6, 7, 23]);
    const values = tf.tidy(() => gatherActive(gatherDense(tf.tensor1d([1, -2, 3, -4, 5]), kernel), kernel));
    expect([...(await values.data())]).toEqual([1, -2, 3, -4, 5]);
    values.dispose();
    releaseTopology(kernel);
  });
});
