import * as tf from '@tensorflow/tfjs';
import {afterEach, beforeAll, describe, expect, test} from 'vitest';
import {sparsityReport} from '../../src/layers/sparsityReport.ts';
import {sparsify} from '../../src/sparse/sparsify.ts';
import {expectNoLeaks} from '../support/leaks.ts';
import {denseModels, disposeModels} from '../support/models.ts';

describe('sparsityReport', () => {
  let models: tf.LayersModel[] = [];

  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  expectNoLeaks();

  afterEach(() => {
    disposeModels(...models);
    models = [];
  });

  function sparsified(name: string, options: Parameters<typeof sparsify>[1]): tf.LayersModel {
    const dense = denseModels[name]();
    const sparse = sparsify(dense, options);
    models.push(dense, sparse);
    return sparse;
  }

  test('lists every layer with weights, and why it is dense', () => {
    const model = sparsified('other convolutions and an embedding', {
      density: 0.2,
      filter: ({name}) => name === 'conv',
    });
    expect(sparsityReport(model).layers).toEqual([
      {
        name: 'up',
        className: 'Conv2DTranspose',
        shape: [2, 2, 4, 3],
        nnz: 48,
        size: 48,
        density: 1,
        isSparse: false,
        reason: 'Conv2DTranspose has no sparse form',
      },
      expect.objectContaining({name: 'depth', reason: 'DepthwiseConv2D has no sparse form'}),
      {
        name: 'conv',
        className: 'ItopMaskedConv2d',
        shape: [3, 3, 4, 5],
        nnz: 36,
        size: 180,
        density: 0.2,
        isSparse: true,
        reason: '',
      },
      expect.objectContaining({name: 'words', shape: [9, 5], reason: 'Embedding has no sparse form'}),
      expect.objectContaining({name: 'outer', isSparse: false, reason: 'left out by the filter'}),
    ]);
  });

  test('says which layers stayed dense as the first or last, and which are recurrent', () => {
    const ends = sparsified('a convolutional network with normalization, pooling and dropout', {
      density: 0.2,
      firstLayerDense: true,
      lastLayerDense: true,
    });
    expect(sparsityReport(ends).layers.map(({reason}) => reason)).toEqual([
      'kept dense, as the first or last layer',
      'BatchNormalization has no sparse form',
      '',
      'kept dense, as the first or last layer',
    ]);
    const recurrent = sparsified('a bidirectional LSTM', {density: 0.2});
    expect(sparsityReport(recurrent).layers.map(({name, reason}) => [name, reason])).toEqual([
      ['both', 'Bidirectional has no sparse form'],
      ['outer', ''],
    ]);
  });

  test('counts the density of the sparse layers, and the parameters with and without zeros', () => {
    // Kernels [12, 16] and [16, 4] with 24 and 16 connections; biases 16 and 4.
    const model = sparsified('a Sequential of dense layers', {density: 1, densities: {hidden: 0.125, output: 0.25}});
    const {density, parameters, denseParameters} = sparsityReport(model);
    expect(density).toBe(40 / 256);
    expect(parameters).toBe(40 + 20);
    expect(denseParameters).toBe(256 + 20);
  });

  test('does not count dense layers into the density, but into the parameters', () => {
    const model = sparsified('a Sequential of dense layers', {density: 0.25, firstLayerDense: true});
    const {density, parameters} = sparsityReport(model);
    expect(density).toBe(0.25);
    expect(parameters).toBe(192 + 16 + 16 + 4);
  });

  test('of a dense model has density 1', () => {
    const model = denseModels['a nested Sequential']();
    models.push(model);
    const report = sparsityReport(model);
    expect([report.density, report.parameters, report.denseParameters]).toEqual([1, 162, 162]);
    expect(report.layers.map(({name, reason}) => [name, reason])).toEqual([
      ['encoder/inner1', 'a dense layer'],
      ['encoder/inner2', 'a dense layer'],
      ['outer', 'a dense layer'],
    ]);
  });

  test('prints as a table', () => {
    const model = sparsified('a convolutional network with normalization, pooling and dropout', {
      density: 0.5,
      filter: ({name}) => name !== 'conv1',
      densities: {conv2: 0.125},
    });
    model.layers[1].name = 'norm';
    expect(String(sparsityReport(model)).split('\n')).toEqual([
      'layer    kernel  connections  density',
      'conv1   3×3×2×6          108   1.0000  left out by the filter',
      'norm          6            6   1.0000  a dense layer',
      'conv2   2×3×6×8           36   0.1250',
      'output     16×5           40   0.5000',
    ]);
  });
});
