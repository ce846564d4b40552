import * as tf from '@tensorflow/tfjs';
import {flopsReport, maskedConv2d, maskedDense, sparsify} from 'itop';
import {describe, expect, it} from 'vitest';
import {models} from '../../examples/models/index.ts';
import {denseModels} from '../support/models.ts';
import {resnet50} from '../support/resnet50.ts';

const {layers} = tf;
const counts = (model: tf.LayersModel) =>
  flopsReport(model).layers.map(({name, shape, nnz, positions}) => ({name, shape, nnz, positions}));
/** Positions by name. */
const positions = (model: tf.LayersModel) =>
  Object.fromEntries(flopsReport(model).layers.map(({name, positions}) => [name, positions]));

describe('flopsReport', () => {
  it('reads shapes, connections and output positions', () => {
    const model = tf.sequential({
      layers: [
        maskedConv2d({name: 'conv', filters: 4, kernelSize: 3, nnz: 10, seed: 1, inputShape: [7, 5, 2]}),
        layers.batchNormalization({}),
        layers.flatten(),
        maskedDense({name: 'hidden', units: 6, density: 0.5, seed: 1}),
        layers.dense({name: 'output', units: 3}),
      ],
    });
    expect(counts(model)).toEqual([
      {name: 'conv', shape: [3, 3, 2, 4], nnz: 10, positions: 15},
      {name: 'hidden', shape: [60, 6], nnz: 180, positions: 1},
      {name: 'output', shape: [6, 3], nnz: 18, positions: 1},
    ]);
    const {sparse, dense, bytes, notCounted} = flopsReport(model);
    expect({sparse, dense}).toEqual({sparse: 2 * (10 * 15 + 180 + 18), dense: 2 * (72 * 15 + 360 + 18)});
    // Biases 4 + 6 + 3, normalization 4 · 4.
    expect(bytes.dense).toBe(4 * (72 + 360 + 18 + 13 + 16));
    expect(bytes.bitmask).toBe(4 * (10 + 180 + 18 + 13 + 16) + 9 + 45);
    expect(notCounted).toEqual([]);
  });

  it('counts strides, padding and both orders of the dimensions', () => {
    const conv = (options: object) =>
      positions(tf.sequential({layers: [layers.conv2d({name: 'conv', filters: 3, kernelSize: 3, ...options})]})).conv;
    expect(conv({inputShape: [8, 6, 2], padding: 'same'})).toBe(48);
    expect(conv({inputShape: [8, 6, 2], padding: 'same', strides: 2})).toBe(12);
    expect(conv({inputShape: [8, 6, 2]})).toBe(24);
    expect(conv({inputShape: [2, 8, 6], dataFormat: 'channelsFirst'})).toBe(24);
  });

  it('counts a layer as often as it is used', () => {
    expect(positions(denseModels['a shared layer']())).toEqual({shared: 2, outer: 1});
    expect(positions(denseModels['a nested model that is used twice']())).toEqual({'twin/inner': 2, outer: 1});
    expect(positions(denseModels['a functional model inside a Sequential']())).toEqual({'block/inner': 1, outer: 1});
    expect(positions(denseModels['a nested Sequential']())).toEqual({
      'encoder/inner1': 1,
      'encoder/inner2': 1,
      outer: 1,
    });
    expect(positions(denseModels['a dense layer over time']())).toEqual({'time/inner': 3, outer: 1});
    expect(positions(denseModels['a nested model over time']())).toEqual({'time/block/inner': 3, outer: 3});
  });

  it('counts only what the model in question uses of a shared layer', () => {
    const shared = layers.dense({name: 'shared', units: 5});
    const [first, second] = [tf.input({shape: [5]}), tf.input({shape: [5]})];
    const once = tf.model({inputs: first, outputs: shared.apply(first) as tf.SymbolicTensor});
    const twice = tf.model({inputs: second, outputs: shared.apply(shared.apply(second)) as tf.SymbolicTensor});
    expect(positions(once)).toEqual({shared: 1});
    expect(positions(twice)).toEqual({shared: 2});
  });

  it('counts other convolutions, and names what it does not count', () => {
    const report = flopsReport(denseModels['other convolutions and an embedding']());
    const {up, depth, conv} = Object.fromEntries(report.layers.map((layer) => [layer.name, layer]));
    // [6, 6, 3] -> up, 2 × 2 with stride 2: each input pixel meets the whole kernel once; -> [12, 12, 4] -> depth [10, 10, 4] -> conv [8, 8, 5].
    expect([up.positions, depth.positions, conv.positions]).toEqual([36, 100, 64]);
    expect(report.notCounted).toEqual([]);
    expect(flopsReport(denseModels['a bidirectional LSTM']()).notCounted).toEqual([
      {name: 'both', reason: 'the class Bidirectional'},
    ]);
    const anySize = tf.sequential({
      layers: [layers.conv2d({name: 'conv', filters: 2, kernelSize: 1, inputShape: [null, null, 3]})],
    });
    expect(flopsReport(anySize).notCounted).toEqual([
      {name: 'conv', reason: 'a dimension besides the batch is unknown'},
    ]);
  });

  it('knows kernels, and counts their bytes, where it cannot count their operations', () => {
    const model = tf.sequential({
      layers: [
        maskedConv2d({name: 'conv', filters: 8, kernelSize: 3, nnz: 54, seed: 1, inputShape: [null, null, 3]}),
        layers.conv2d({name: 'dense', filters: 2, kernelSize: 1}),
      ],
    });
    const {kernels, bytes, layers: counted} = flopsReport(model);
    expect(counted).toEqual([]);
    expect(kernels).toEqual([
      {name: 'conv', shape: [3, 3, 3, 8], nnz: 54, positions: 0, isSparse: true},
      {name: 'dense', shape: [1, 1, 8, 2], nnz: 16, positions: 0, isSparse: false},
    ]);
    // Biases 8 + 2; 54 columns and the ends of 27 rows.
    expect(bytes).toEqual({
      dense: 4 * (216 + 16 + 10),
      bitmask: 4 * (54 + 16 + 10) + 27,
      compressedRows: 4 * (54 + 16 + 10 + 54 + 28),
    });
  });

  it('needs to know the input', () => {
    expect(() => flopsReport(tf.sequential())).toThrow('flopsReport: model must know its input');
  });

  it('prints a table that ends with the sums', () => {
    const model = tf.sequential({
      layers: [maskedDense({name: 'only', units: 10, nnz: 7, seed: 1, inputShape: [20]})],
    });
    expect(String(flopsReport(model))).toBe(
      'layer  kernel  connections  positions  FLOPs  dense FLOPs\n' +
        'only    20×10            7          1     14          400\n' +
        'all                                       14          400',
    );
  });
});

describe('the networks of the papers', () => {
  /** One connection per layer: as cheap as a network can be. */
  const almostEmpty = {
    conv2d: (args: Parameters<typeof maskedConv2d>[0]) => maskedConv2d({...args, nnz: 1, seed: 1}),
    dense: (args: Parameters<typeof maskedDense>[0]) => maskedDense({...args, nnz: 1, seed: 1}),
  };

  it('ResNet-50 has the shapes and positions of the published counts, 8.2e9 operations', () => {
    const report = flopsReport(models['ResNet-50']({layers: almostEmpty as never}));
    const ofLayer = ({shape, positions}: {shape: readonly number[]; positions: number}) => `${shape} at ${positions}`;
    expect(report.layers.map(ofLayer).sort()).toEqual(resnet50().map(ofLayer).sort());
    expect(report.dense).toBe(8_178_368_512);
  });

  // Multiply-adds of the convolutions and of the classifier at 32 × 32, as other tools count them: 0.56 and 1.16 G.
  it.each([
    ['ResNet-18', 0.56],
    ['ResNet-34', 1.16],
  ] as const)('%s needs %s G multiply-adds', (name, published) => {
    const {dense} = flopsReport(models[name]({layers: almostEmpty as never}));
    expect((dense / 2e9).toFixed(2)).toBe(published.toFixed(2));
  });

  it('follows the connections of a sparse model', () => {
    const dense = models['LeNet-300-100']();
    const sparse = sparsify(dense, {density: 0.1, seed: 1});
    expect(flopsReport(sparse).dense).toBe(flopsReport(dense).sparse);
    expect(flopsReport(sparse).sparse / flopsReport(sparse).dense).toBeCloseTo(0.1, 4);
  });
});
