import {execFileSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {sparseWeights} from '../../src/layers/sparseWeights.ts';
import {toDense} from '../../src/layers/toDense.ts';
import {walkLayers} from '../../src/layers/walkLayers.ts';
import {maskedConv2d} from '../../src/sparse/maskedConv2d.ts';
import {maskedDense} from '../../src/sparse/maskedDense.ts';
import {sparsify} from '../../src/sparse/sparsify.ts';
import type {Topology} from '../../src/topology/topology.ts';
import {casesFor, describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {anyDenseModel, denseModels, disposeModels, predictions} from '../support/models.ts';
import {fileStorage} from '../support/storage.ts';

/** Loads a model with nothing but TensorFlow.js and prints what it predicts for a batch of ones. */
const loadWithoutItop = `
  import {readFileSync} from 'node:fs';
  import * as tf from '@tensorflow/tfjs';
  const folder = process.argv[1];
  const weightData = new Uint8Array(readFileSync(folder + '/weights.bin')).buffer;
  const artifacts = {...JSON.parse(readFileSync(folder + '/model.json', 'utf8')), weightData};
  const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const y = model.predict(tf.ones([1, ...model.inputs[0].shape.slice(1)]));
  console.log(JSON.stringify(Array.from(y.dataSync())));
`;

async function expectSamePredictions(actual: tf.LayersModel, expected: tf.LayersModel): Promise<void> {
  const [a, b] = [await predictions(actual), await predictions(expected)];
  expect(a).toHaveLength(b.length);
  for (const [i, output] of a.entries()) expectClose(output, b[i]);
}

describeBackends('toDense', (backendName) => {
  test.each(casesFor(backendName, anyDenseModel, 2))('predicts as the sparse model made of %s', async (_, make) => {
    const model = make();
    const sparse = sparsify(model, {density: 0.3, seed: 1});
    const before = await predictions(sparse);
    const dense = toDense(sparse);
    expect(walkLayers(dense).map(({path, layer}) => [path, layer.getClassName()])).toEqual(
      walkLayers(model).map(({path, layer}) => [path, layer.getClassName()]),
    );
    await expectSamePredictions(dense, sparse);
    expect(await predictions(sparse)).toEqual(before);
    disposeModels(model, sparse, dense);
  });
});

describeBackends('toDense', () => {
  test('has exact zeros where there is no connection, and no config of sparsity', () => {
    const sparse = tf.sequential({layers: [maskedDense({units: 8, inputShape: [8], density: 0.25, seed: 1})]});
    const dense = toDense(sparse);
    const [{topology}] = sparseWeights(sparse).map(({weight}) => weight);
    const kernel = dense.getWeights()[0].dataSync();
    expect(kernel.map((value) => Number(value !== 0))).toEqual(Float32Array.from(topology.mask()));
    expect(Object.keys(dense.layers[0].getConfig()).sort()).toEqual(
      Object.keys(tf.layers.dense({units: 1, inputShape: [1]}).getConfig()).sort(),
    );
    disposeModels(sparse, dense);
  });

  test('can be made sparse again with the same topologies', async () => {
    for (const [, make] of anyDenseModel) {
      const model = make();
      const sparse = sparsify(model, {density: 0.3, seed: 1});
      const dense = toDense(sparse);
      const topologies: Record<string, Topology> = {};
      for (const {name, weight} of sparseWeights(sparse)) topologies[name] = weight.topology;
      const again = sparsify(dense, {density: 0.3, topologies});
      expect(sparseWeights(again).map(({weight}) => weight.topology)).toEqual(Object.values(topologies));
      for (const [i, {weight}] of sparseWeights(again).entries()) {
        expect(weight.variable.dataSync()).toEqual(sparseWeights(sparse)[i].weight.variable.dataSync());
      }
      await expectSamePredictions(again, sparse);
      disposeModels(model, sparse, dense, again);
    }
  });

  test('keeps the weights of a model whose constraints would change them', async () => {
    const kernelConstraint = tf.constraints.unitNorm({axis: 0});
    const args = {density: 0.5, kernelConstraint, biasConstraint: 'nonNeg', biasInitializer: 'randomNormal'} as const;
    const sparse = tf.sequential({
      layers: [
        maskedConv2d({filters: 3, kernelSize: 2, inputShape: [4, 4, 2], ...args}),
        tf.layers.flatten(),
        maskedDense({units: 3, ...args}),
      ],
    });
    const dense = toDense(sparse);
    await expectSamePredictions(dense, sparse);
    disposeModels(sparse, dense);
  });

  test('leaves frozen layers frozen', () => {
    const model = denseModels['a Sequential of dense layers']();
    model.layers[0].trainable = false;
    const sparse = sparsify(model, {density: 0.3});
    const dense = toDense(sparse);
    expect(dense.layers.map(({trainable}) => trainable)).toEqual([false, true]);
    disposeModels(model, sparse, dense);
  });

  test('copies a model without sparse layers', async () => {
    const model = denseModels['a residual network with two outputs']();
    const copy = toDense(model);
    expect(copy).not.toBe(model);
    await expectSamePredictions(copy, model);
    disposeModels(model, copy);
  });

  test('refuses a model that does not know its input', () => {
    const model = tf.sequential({name: 'unbuilt'});
    expect(() => toDense(model)).toThrow(
      new Error(
        'toDense: model must know its input, received "unbuilt", which does not. Give its first layer an inputShape.',
      ),
    );
  });

  test('is loaded by TensorFlow.js alone', async () => {
    const model = denseModels['a convolutional network with normalization, pooling and dropout']();
    const sparse = sparsify(model, {density: 0.3, seed: 1});
    const dense = toDense(sparse);
    const {folder, save} = fileStorage();
    await dense.save(save);
    const args = ['--input-type=module', '--eval', loadWithoutItop, folder];
    const printed = execFileSync(process.execPath, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
    rmSync(folder, {recursive: true});
    const expected = tf.tidy(() => (sparse.predict(tf.ones([1, 8, 8, 2])) as tf.Tensor).dataSync());
    expectClose(JSON.parse(printed.trim().split('\n').at(-1)!), expected);
    disposeModels(model, sparse, dense);
  });
}, ['cpu']);
