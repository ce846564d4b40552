import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {sparseWeights} from '../../src/layers/sparseWeights.ts';
import {maskedConv2d} from '../../src/sparse/maskedConv2d.ts';
import {maskedDense} from '../../src/sparse/maskedDense.ts';
import {disposeModels} from '../support/models.ts';

await tf.setBackend('cpu');

describe('sparseWeights', () => {
  test('are those of all sparse layers in order, with the names of the models around them', () => {
    const layers = [
      maskedConv2d({name: 'conv', filters: 2, kernelSize: 2, density: 0.5, inputShape: [3, 3, 1]}),
      maskedDense({name: 'inner', units: 3, density: 0.5, inputShape: [8]}),
      maskedDense({name: 'last', units: 2, density: 0.5}),
    ] as const;
    const block = tf.sequential({name: 'block', layers: [layers[1]]});
    const model = tf.sequential({
      layers: [layers[0], tf.layers.flatten(), block, tf.layers.dense({units: 4}), layers[2]],
    });
    const found = sparseWeights(model);
    expect(found.map(({name}) => name)).toEqual(['conv', 'block/inner', 'last']);
    expect(found.map(({layer}) => layer)).toEqual(layers);
    expect(found.map(({weight}) => weight)).toEqual(layers.map((layer) => layer.sparseWeight));
    disposeModels(model);
  });

  test('of a shared layer are one', () => {
    const layer = maskedDense({name: 'shared', units: 3, density: 0.5});
    const input = tf.input({shape: [3]});
    const model = tf.model({inputs: input, outputs: layer.apply(layer.apply(input)) as tf.SymbolicTensor});
    expect(sparseWeights(model).map(({name}) => name)).toEqual(['shared']);
    disposeModels(model);
  });

  test('of a dense model are none', () => {
    const model = tf.sequential({layers: [tf.layers.dense({units: 2, inputShape: [2]})]});
    expect(sparseWeights(model)).toEqual([]);
    disposeModels(model);
  });
});
