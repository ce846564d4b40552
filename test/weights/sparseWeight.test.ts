import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {maskedDense} from '../../src/sparse/maskedDense.ts';
import {Topology} from '../../src/topology/topology.ts';
import {expectClose} from '../support/close.ts';
import {expectNoLeaks} from '../support/leaks.ts';

await tf.setBackend('cpu');

describe('SparseWeight', () => {
  expectNoLeaks();

  test('joins the weights of its layer: values to train, the topology to save', () => {
    const layer = maskedDense({units: 3, nnz: 5, name: 'joined'});
    layer.apply(tf.input({shape: [4]}));
    const {sparseWeight} = layer;
    expect(layer.trainableWeights[0]).toBe(sparseWeight.values);
    expect(layer.weights.map(({originalName, dtype, shape}) => [originalName, dtype, shape])).toEqual([
      ['joined/values', 'float32', [5]],
      ['joined/bias', 'float32', [3]],
      // tfjs multiplies shapes to count parameters.
      ['joined/topology', 'int32', [0]],
    ]);
    expect(layer.countParams()).toBe(5 + 3);
    expect(layer.getWeights().map(({shape}) => shape)).toEqual([[5], [3], [5 + 5]]);
    expect(sparseWeight.variable.shape).toEqual([5]);
    expect(sparseWeight.topology.nnz).toBe(5);
    layer.dispose();
  });

  test('takes another topology', () => {
    const layer = maskedDense({units: 2, nnz: 2});
    layer.apply(tf.input({shape: [2]}));
    const topology = Topology.fromPositions([2, 2], [1, 2]);
    layer.sparseWeight.topology = topology;
    expect(layer.sparseWeight.topology).toBe(topology);
    layer.dispose();
  });

  test.each([
    ['fewer connections than values', Topology.fromPositions([2, 2], [1])],
    ['more connections than values', Topology.dense([2, 2])],
    ['another shape', Topology.fromPositions([4, 1], [1, 2])],
  ])('refuses a topology with %s, and stays as it was', (_, topology) => {
    const layer = maskedDense({units: 2, nnz: 2});
    layer.apply(tf.input({shape: [2]}));
    const before = layer.sparseWeight.topology;
    expect(() => {
      layer.sparseWeight.topology = topology;
    }).toThrow(
      new RangeError(
        `SparseWeight: topology must have the shape [2,2] and 2 connections, one for each value, received [${topology.shape}] and ` +
          `${topology.nnz}. Give sparsify the topologies, or use a scheduler, where their number is to change.`,
      ),
    );
    expect(layer.sparseWeight.topology).toBe(before);
    layer.dispose();
  });

  test('lets go of a recorded gradient when its layer is disposed', () => {
    const layer = maskedDense({units: 2, nnz: 2});
    layer.apply(tf.input({shape: [2]}));
    layer.sparseWeight.probe.arm();
    const loss = () => (layer.apply(tf.ones([1, 2])) as tf.Tensor).sum() as tf.Scalar;
    tf.tidy(() => void tf.variableGrads(loss, [layer.sparseWeight.variable]));
    layer.dispose(); // expectNoLeaks
  });

  test('is put under its constraint in the columns of the topology that comes with the values', () => {
    // Values 3, 4, 5, 12 in the old topology lie in one column, in the new one in two: (3, 4) and (5, 12).
    const layer = maskedDense({units: 2, nnz: 4, useBias: false, kernelConstraint: tf.constraints.unitNorm({axis: 0})});
    layer.apply(tf.input({shape: [4]}));
    layer.sparseWeight.topology = Topology.fromPositions([4, 2], [0, 2, 4, 6]);
    tf.tidy(() => layer.setWeights([tf.tensor1d([3, 4, 5, 12]), tf.tensor1d([0, 1, 2, 3, 4, 0, 0, 1, 1], 'int32')]));
    expectClose(layer.sparseWeight.variable.dataSync(), [3 / 5, 4 / 5, 5 / 13, 12 / 13]);
    layer.dispose();
  });
});
