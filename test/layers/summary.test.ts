import * as tf from '@tensorflow/tfjs';
import {afterEach, beforeAll, describe, expect, test} from 'vitest';
import {flopsReport} from '../../src/layers/flopsReport.ts';
import {sparseWeights} from '../../src/layers/sparseWeights.ts';
import {summary} from '../../src/layers/summary.ts';
import {sparsify} from '../../src/sparse/sparsify.ts';
import {expectNoLeaks} from '../support/leaks.ts';
import {denseModels, disposeModels} from '../support/models.ts';

/** Bytes of the weights of a model as TensorFlow.js saves them. */
async function savedBytes(model: tf.LayersModel): Promise<number> {
  let saved = 0;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = tf.io.CompositeArrayBuffer.join(artifacts.weightData!).byteLength;
      return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)};
    }),
  );
  return saved;
}

describe('summary', () => {
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
    expect(summary(model).layers).toEqual([
      {
        name: 'up',
        className: 'Conv2DTranspose',
        shape: [2, 2, 4, 3],
        nnz: 48,
        size: 48,
        density: 1,
        parameters: 52,
        bytes: 208,
        flops: 2 * 48 * 36,
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
        // 36 values and 5 biases; 36 columns and the ends of 36 rows.
        parameters: 41,
        bytes: 4 * (41 + 36 + 37),
        flops: expect.any(Number),
        isSparse: true,
        reason: '',
      },
      expect.objectContaining({name: 'words', shape: [9, 5], flops: undefined, reason: 'Embedding has no sparse form'}),
      expect.objectContaining({name: 'outer', isSparse: false, reason: 'left out by the filter'}),
    ]);
  });

  test('says which layers stayed dense as the first or last, and which are recurrent', () => {
    const ends = sparsified('a convolutional network with normalization, pooling and dropout', {
      density: 0.2,
      firstLayerDense: true,
      lastLayerDense: true,
    });
    expect(summary(ends).layers.map(({reason}) => reason)).toEqual([
      'kept dense, as the first or last layer',
      'BatchNormalization has no sparse form',
      '',
      'kept dense, as the first or last layer',
    ]);
    const recurrent = sparsified('a bidirectional LSTM', {density: 0.2});
    expect(summary(recurrent).layers.map(({name, reason}) => [name, reason])).toEqual([
      ['both', 'Bidirectional has no sparse form'],
      ['outer', ''],
    ]);
  });

  test('counts the density of the sparse layers, and the parameters with and without zeros', () => {
    // Kernels [12, 16] and [16, 4] with 24 and 16 connections; biases 16 and 4.
    const model = sparsified('a Sequential of dense layers', {density: 1, densities: {hidden: 0.125, output: 0.25}});
    const {density, parameters, denseParameters} = summary(model);
    expect(density).toBe(40 / 256);
    expect(parameters).toBe(40 + 20);
    expect(denseParameters).toBe(256 + 20);
  });

  test('does not count dense layers into the density, but into the parameters', () => {
    const model = sparsified('a Sequential of dense layers', {density: 0.25, firstLayerDense: true});
    const {density, parameters} = summary(model);
    expect(density).toBe(0.25);
    expect(parameters).toBe(192 + 16 + 16 + 4);
  });

  test('of a dense model has density 1', () => {
    const model = denseModels['a nested Sequential']();
    models.push(model);
    const report = summary(model);
    expect([report.density, report.parameters, report.denseParameters]).toEqual([1, 162, 162]);
    expect(report.layers.map(({name, reason}) => [name, reason])).toEqual([
      ['encoder/inner1', 'a dense layer'],
      ['encoder/inner2', 'a dense layer'],
      ['outer', 'a dense layer'],
    ]);
  });

  test.each(Object.keys(denseModels))('counts as tfjs does, in numbers and in what it saves: %s', async (name) => {
    const model = sparsified(name, {density: 0.5});
    const {parameters, bytes, flops, layers} = summary(model);
    expect(model.countParams()).toBe(parameters);
    for (const {name, parameters} of layers) {
      if (!name.includes('/')) expect(model.getLayer(name).countParams()).toBe(parameters);
    }
    const lines: string[] = [];
    model.summary(undefined, undefined, (line) => lines.push(line as string));
    const counted = lines.flatMap((line) => /^Total params: (\d+)$/.exec(line)?.[1] ?? []);
    expect(counted).toEqual([String(parameters)]);
    expect(flops).toBe(flopsReport(model).sparse);
    expect(bytes).toBe(await savedBytes(model));
  });

  test.each([
    ['where some layers are full', {density: 0.5, densities: {output: 1}}],
    ['whose image size is unknown', {density: 0.5}],
  ])('counts the bytes of a model %s as they are saved, with and without companions', async (name, options) => {
    const {layers} = tf;
    const anySize = () => [
      layers.conv2d({filters: 4, kernelSize: 3, inputShape: [null, null, 3]}),
      layers.globalAveragePooling2d({}),
    ];
    const dense = tf.sequential({
      layers: [
        ...(name.includes('unknown') ? anySize() : [layers.dense({units: 9, inputShape: [12]})]),
        layers.dense({name: 'output', units: 4}),
      ],
    });
    const model = sparsify(dense, {...options, seed: 1});
    models.push(dense, model);
    const expectSaved = async () => {
      const saved = await savedBytes(model);
      expect([summary(model).bytes, flopsReport(model).bytes.compressedRows]).toEqual([saved, saved]);
    };
    await expectSaved();
    for (const {weight} of sparseWeights(model)) await weight.addCompanion('sign', (values) => values.map(Math.sign));
    await expectSaved();
  });

  test('has a dash for the share of what it does not count', () => {
    const dense = tf.sequential({
      layers: [tf.layers.conv2d({filters: 4, kernelSize: 3, inputShape: [null, null, 3]})],
    });
    models.push(dense);
    expect(String(summary(dense))).toContain('112 parameters, 0 FLOPs; now 100.0 % and – of that.');
  });

  test('prints as a table, long names whole', () => {
    const model = sparsified('a convolutional network with normalization, pooling and dropout', {
      density: 0.5,
      filter: ({name}) => name !== 'conv1',
      densities: {conv2: 0.125},
    });
    model.layers[1].name = 'a_normalization_with_a_long_name';
    expect(String(summary(model)).split('\n')).toEqual([
      'layer                                          class   kernel  density  nnz  parameters  bytes   FLOPs',
      'conv1                                         Conv2D  3×3×2×6   1.0000  108         108    432  13,824  left out by the filter',
      'a_normalization_with_a_long_name  BatchNormalization        6   1.0000    6          24     96       –  a dense layer',
      'conv2                                   MaskedConv2d  2×3×6×8   0.1250   36          44    468     144',
      'output                                   MaskedDense     16×5   0.5000   40          45    408      80',
      'all                                                             0.2065              221  1,404  14,048  density: of the sparse layers',
      'With all connections: 513 parameters, 15,136 FLOPs; now 43.1 % and 92.8 % of that.',
    ]);
  });
});
