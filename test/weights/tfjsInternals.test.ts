import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {Topology} from '../../src/topology/topology.ts';
import {
  addNonTrainableWeight,
  addVariable,
  assignWeight,
  childLayers,
  variableOf,
} from '../../src/weights/tfjsInternals.ts';
import {TopologyWeight} from '../../src/weights/topologyWeight.ts';
import {expectNoLeaks} from '../support/leaks.ts';

await tf.setBackend('cpu');

/** A layer that is used, without weights of its own. */
function layerNamed(name: string): tf.layers.Layer {
  const layer = tf.layers.activation({activation: 'linear', name});
  layer.apply(tf.input({shape: [2]}));
  return layer;
}

const request = {
  name: 'w',
  shape: [2],
  initializer: {apply: () => tf.tensor1d([3, 4])},
  regularizer: null,
  constraint: null,
};

describe('tfjsInternals', () => {
  expectNoLeaks();

  test('addVariable adds a variable that the layer trains, saves and disposes', () => {
    const layer = layerNamed('withWeight');
    const weight = addVariable(layer, request);
    expect(layer.trainableWeights).toEqual([weight]);
    expect([...variableOf(weight).dataSync()]).toEqual([3, 4]);
    expect(variableOf(weight).name).toBe('w');
    layer.dispose();
  });

  test('addNonTrainableWeight adds one that the layer saves only', () => {
    const layer = layerNamed('withTopology');
    const weight = new TopologyWeight('t', Topology.dense([1, 2]));
    addNonTrainableWeight(layer, weight);
    expect(layer.trainableWeights).toEqual([]);
    expect(layer.nonTrainableWeights).toEqual([weight]);
    expect([...layer.getWeights()[0].dataSync()]).toEqual([0, 2, 0, 1]);
    layer.dispose();
  });

  test('assignWeight sets a weight to a value of another shape, in the same variable', () => {
    const layer = layerNamed('resized');
    const weight = addVariable(layer, request);
    const variable = variableOf(weight);
    const {numTensors, numBytes} = tf.memory();
    tf.tidy(() => assignWeight(weight, tf.ones([5])));
    expect(tf.memory()).toMatchObject({numTensors, numBytes: numBytes + 4 * (5 - 2)});
    expect(variableOf(weight)).toBe(variable);
    expect([variable.shape, variable.size, weight.shape]).toEqual([[5], 5, [5]]);
    expect([...tf.tidy(() => variable.add(1).dataSync())]).toEqual([2, 2, 2, 2, 2]);
    expect(layer.countParams()).toBe(5);
    layer.dispose();
  });

  test('assignWeight sets a weight without its constraint, and a topology too', () => {
    const layer = layerNamed('assigned');
    const weight = addVariable(layer, {...request, constraint: tf.constraints.nonNeg()});
    const topology = new TopologyWeight('t', Topology.fromPositions([2, 2], [0, 1]));
    tf.tidy(() => {
      assignWeight(weight, tf.tensor1d([-1, 2]));
      assignWeight(topology as unknown as tf.LayerVariable, tf.tensor1d([0, 0, 2, 0, 1], 'int32'));
    });
    expect([...variableOf(weight).dataSync()]).toEqual([-1, 2]);
    expect([...topology.topology.positions()]).toEqual([2, 3]);
    layer.dispose();
  });

  test('childLayers are those of a nested model, and the one inside TimeDistributed', () => {
    const dense = tf.layers.dense({units: 2, inputShape: [3]});
    const nested = tf.sequential({layers: [dense]});
    expect(childLayers(nested)).toContain(dense);
    const inner = tf.layers.dense({units: 2});
    expect(childLayers(tf.layers.timeDistributed({layer: inner}))).toEqual([inner]);
    nested.dispose();
  });

  test('childLayers of any other layer are none, wrappers of recurrent layers among them', () => {
    expect(childLayers(tf.layers.dense({units: 2}))).toEqual([]);
    const lstm = tf.layers.lstm({units: 2}) as tf.RNN;
    expect(childLayers(tf.layers.bidirectional({layer: lstm, mergeMode: 'concat'}))).toEqual([]);
  });
});
