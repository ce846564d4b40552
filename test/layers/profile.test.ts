import * as tf from '@tensorflow/tfjs';
import {expect, test, vi} from 'vitest';
import {FusedModel} from '../../src/fused/fusedModel.ts';
import {profile} from '../../src/layers/profile.ts';
import {maskedConv2d} from '../../src/sparse/maskedConv2d.ts';
import {maskedDense} from '../../src/sparse/maskedDense.ts';
import {describeBackends} from '../support/backends.ts';

function network(): tf.Sequential {
  return tf.sequential({
    layers: [
      maskedConv2d({filters: 4, kernelSize: 3, density: 0.5, inputShape: [8, 8, 2], activation: 'relu', name: 'conv'}),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      maskedDense({units: 10, density: 0.1, name: 'head'}),
    ],
  });
}

describeBackends(
  'profile',
  (backendName) => {
    test('times each sparse layer as it is and with a dense kernel, and its share of the whole', async () => {
      const model = network();
      const {layers, total, step, backend, batchSize} = await profile(model, {batchSize: 3, repetitions: 1});
      expect({backend, batchSize}).toEqual({backend: backendName, batchSize: 3});
      expect(layers.map(({name, shape, density}) => ({name, shape, density}))).toEqual([
        {name: 'conv', shape: [3, 3, 2, 4], density: 0.5},
        {name: 'head', shape: [144, 10], density: 0.1},
      ]);
      expect(total).toBeGreaterThan(0);
      expect(step).toBeGreaterThan(0);
      for (const {sparse, dense, share} of layers) {
        expect(sparse).toBeGreaterThan(0);
        expect(dense).toBeGreaterThan(0);
        expect(share).toBeGreaterThan(0);
      }
      expect(layers.reduce((sum, {share}) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
      model.dispose();
    });

    test('times the step that fit makes, fused where the model is covered', async () => {
      const train = vi.spyOn(FusedModel.prototype, 'train');
      const model = tf.sequential({layers: [maskedDense({units: 3, nnz: 4, inputShape: [4]})]});
      await profile(model, {batchSize: 2, repetitions: 1});
      expect(train).toHaveBeenCalled();
      expect(train.mock.results.every(({value}) => value !== undefined)).toBe(true);
      train.mockRestore();
      model.dispose();
    });

    test('leaves the weights and statistics of the model as they were', async () => {
      const model = network();
      const read = () => Promise.all(model.getWeights().map(async (weight) => [...(await weight.data())]));
      const before = await read();
      await profile(model, {batchSize: 2, repetitions: 1});
      expect(await read()).toEqual(before);
      model.dispose();
    });
  },
  ['cpu', 'wasm'],
);

describeBackends('profile of models of other layers', () => {
  test('times a layer that is applied to every step of a sequence', async () => {
    const inner = maskedDense({units: 5, density: 0.5, name: 'inner'});
    const layers = [tf.layers.timeDistributed({name: 'steps', layer: inner, inputShape: [4, 3]} as never)];
    const model = tf.sequential({layers});
    const {step, layers: timed} = await profile(model, {batchSize: 2, repetitions: 1});
    expect(timed.map(({name}) => name)).toEqual(['steps/inner']);
    for (const time of [step, timed[0].sparse, timed[0].dense]) expect(time).toBeGreaterThan(0);
    model.dispose();
  });
});

describeBackends('profile of a model with an embedding, which tfjs cannot train on wasm', () => {
  test('gives an embedding entries that it has', async () => {
    const layers = [
      tf.layers.embedding({inputDim: 2, outputDim: 3, inputLength: 50}),
      tf.layers.flatten(),
      maskedDense({units: 2, density: 0.5}),
    ];
    const model = tf.sequential({layers});
    expect((await profile(model, {batchSize: 2, repetitions: 1})).step).toBeGreaterThan(0);
    model.dispose();
  });
}, ['cpu']);

describeBackends('profile of what it cannot time', () => {
  test('has no dense time where tfjs has no gradient', async () => {
    const layer = maskedConv2d({filters: 2, kernelSize: 3, dilationRate: 2, density: 0.5, inputShape: [8, 8, 1]});
    const model = tf.sequential({layers: [layer]});
    const {layers} = await profile(model, {batchSize: 1, repetitions: 1});
    expect(layers[0].dense).toBeNaN();
    expect(layers[0].sparse).toBeGreaterThan(0);
    model.dispose();
  });

  test('prints a table', async () => {
    const model = tf.sequential({layers: [maskedDense({units: 3, nnz: 4, inputShape: [4], name: 'only'})]});
    const text = String(await profile(model, {batchSize: 1, repetitions: 1}));
    expect(text.split('\n')[0]).toBe('layer  kernel  density  sparse ms  dense ms  times faster  share');
    expect(text).toMatch(
      /only\s+4×3\s+0\.3333\s+\d+\.\d\d\s+\d+\.\d\d\s+\d+\.\d\s+\d+ %\nBy single ops, of \d+\.\d\d ms for all layers\. A training step takes \d+\.\d\d ms, fused where explain\(\) says so\.$/,
    );
    model.dispose();
  });

  test('has no time of a step where the model cannot be copied', async () => {
    class Unknown extends tf.layers.Layer {
      static readonly className = 'Unknown';
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return [inputs].flat()[0].relu();
      }
    }
    const layers = [maskedDense({units: 3, nnz: 4, inputShape: [4], name: 'known'}), new Unknown()];
    const model = tf.sequential({layers});
    const times = await profile(model, {batchSize: 1, repetitions: 1});
    expect(times.step).toBeNaN();
    expect(String(times)).toMatch(/ms for all layers\.$/);
    model.dispose();
  });

  test('says what it needs', async () => {
    const dense = tf.sequential({layers: [tf.layers.dense({units: 1, inputShape: [2]})]});
    await expect(profile(dense)).rejects.toThrow(`profile: model must have sparse layers, received "${dense.name}"`);
    const open = tf.sequential({
      layers: [maskedConv2d({filters: 1, kernelSize: 1, nnz: 1, inputShape: [null, null, 1]})],
    });
    await expect(profile(open)).rejects.toThrow('profile: all dimensions but the batch must be known, received [,,,1]');
    await expect(profile(open, {batchSize: 0})).rejects.toThrow(
      new RangeError('profile: batchSize must be a positive integer, received 0. Leave it out for the default.'),
    );
    dense.dispose();
    open.dispose();
  });
}, ['cpu']);
