import * as tf from '@tensorflow/tfjs';
import {maskedConv2d, maskedDense, sparseWeights, sparsify} from 'itop';
import {expect, it} from 'vitest';
import {models} from '../../../examples/models/index.ts';
import type {ModelOptions} from '../../../examples/models/modelOptions.ts';
import {describeBackends} from '../../support/backends.ts';

/** Published, or summed by hand here. */
const parameters: Readonly<Record<keyof typeof models, number>> = {
  'LeNet-300-100': 784 * 300 + 300 + (300 * 100 + 100) + (100 * 10 + 10),
  'LeNet-5': 431_080,
  'MLP-CIFAR10': 3072 * 1024 + 1024 + (1024 * 512 + 512) + (512 * 10 + 10),
  // Kernels as in the ITOP code; gamma and beta of the convolutions; biases; gamma and beta of the classifier.
  'VGG-16-C': 11_307_712 + 2 * (2 * 64 + 2 * 128 + 3 * 256 + 6 * 512) + (512 + 512 + 10) + 2 * (512 + 512),
  'ResNet-18': 11_173_962,
  'ResNet-34': 21_282_122,
  'ResNet-50': 25_557_032,
  // Kernels of stem, groups and classifier; its bias; gamma and beta before each convolution of a block and at the end.
  'WRN-22-2': 432 + 51_200 + 204_800 + 819_200 + 1280 + 10 + 2 * (176 + 352 + 704 + 128),
};

const names = Object.keys(models) as (keyof typeof models)[];
/** Kernels whose millions of values nobody draws, where only their number counts. */
const zeros: ModelOptions['layers'] = {
  conv2d: (args) => tf.layers.conv2d({...args, kernelInitializer: 'zeros'}),
  dense: (args) => tf.layers.dense({...args, kernelInitializer: 'zeros'}),
};
/** A forward pass of the others takes long. */
const small = names.filter((name) => name !== 'ResNet-50');

describeBackends('the networks of the papers', () => {
  it.each(names)('%s has as many parameters and classes as published', (name) => {
    const model = models[name]({layers: zeros});
    const count = model.trainableWeights.reduce((sum, {shape}) => sum + tf.util.sizeFromShape(shape as number[]), 0);
    expect(count).toBe(parameters[name]);
    expect(model.outputs[0].shape).toEqual([null, name === 'ResNet-50' ? 1000 : 10]);
    model.dispose();
  });

  it.each(small)('%s gives a distribution over its classes, and finite numbers when made sparse', async (name) => {
    const dense = models[name]({classes: 7});
    const [predictions, sums] = await predict(dense);
    expect(predictions).toHaveLength(2 * 7);
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    const sparse = sparsify(dense, {density: 0.1, seed: 1});
    const [sparsePredictions] = await predict(sparse);
    expect(sparsePredictions.every(Number.isFinite)).toBe(true);
    dense.dispose();
    sparse.dispose();
  });

  it('has layers of another kind where it is given some', () => {
    const layers: ModelOptions['layers'] = {
      conv2d: (args) => maskedConv2d({...args, density: 0.1, seed: 1}),
      dense: (args) => maskedDense({...args, density: 0.1, seed: 1}),
    };
    const model = models['LeNet-5']({layers});
    expect(sparseWeights(model).map(({weight}) => weight.topology.nnz)).toEqual([50, 2500, 40_000, 500]);
    model.dispose();
  });

  it('starts from the same weights with the same seed, from others with another', async () => {
    const [first, same, other] = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const model = models['LeNet-5']({seed});
        const kernels = await Promise.all([0, 2].map((i) => model.weights[i].read().data<'float32'>()));
        model.dispose();
        return kernels;
      }),
    );
    expect(same).toEqual(first);
    expect(other[0]).not.toEqual(first[0]);
    expect(other[1]).not.toEqual(first[1]);
  });
}, ['wasm']);

/** What a model makes of two random inputs, and the sums of its rows. */
async function predict(model: tf.LayersModel): Promise<Float32Array[]> {
  const shape = model.inputs[0].shape.slice(1) as number[];
  const results = tf.tidy(() => {
    const y = model.predict(tf.randomNormal([2, ...shape], 0, 1, 'float32', 1)) as tf.Tensor;
    return [y, y.sum(1)];
  });
  const data = await Promise.all(results.map((result) => result.data<'float32'>()));
  tf.dispose(results);
  return data;
}
