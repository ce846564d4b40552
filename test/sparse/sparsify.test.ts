import * as tf from '@tensorflow/tfjs';
import {afterEach, beforeAll, describe, expect, test} from 'vitest';
import {magnitude} from '../../src/algorithms/criteria.ts';
import {sparseWeights} from '../../src/layers/sparseWeights.ts';
import {summary} from '../../src/layers/summary.ts';
import {toDense} from '../../src/layers/toDense.ts';
import {walkLayers} from '../../src/layers/walkLayers.ts';
import {initialTopologies} from '../../src/sparse/initialTopologies.ts';
import {maskedDense} from '../../src/sparse/maskedDense.ts';
import {type SparsifyOptions, sparsify} from '../../src/sparse/sparsify.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {casesFor, describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {atActive} from '../support/layer.ts';
import {expectNoLeaks} from '../support/leaks.ts';
import {anyDenseModel, denseModels, disposeModels, inputsFor, predictions} from '../support/models.ts';

describeBackends('sparsify', (backendName) => {
  const models = casesFor(backendName, anyDenseModel, 2);

  test.each(models)('with density 1 predicts as %s', async (_, make) => {
    const dense = make();
    const sparse = sparsify(dense, {density: 1});
    const [actual, expected] = [await predictions(sparse), await predictions(dense)];
    expect(actual).toHaveLength(expected.length);
    for (const [i, output] of actual.entries()) expectClose(output, expected[i]);
    disposeModels(dense, sparse);
  });

  test.each(models)('keeps the weights of %s at the positions that it chose', async (_, make) => {
    const dense = make();
    const before = await predictions(dense);
    const sparse = sparsify(dense, {density: 0.3, seed: 1});
    const places = new Map(walkLayers(dense).map(({layer, path}) => [path, layer]));
    for (const {name, layer, weight} of sparseWeights(sparse)) {
      const [kernel, bias] = places.get(name)!.weights.map((weight) => weight.read());
      expect(await weight.variable.data()).toEqual(atActive(weight.topology, await kernel.data<'float32'>()));
      expect(await layer.bias?.read().data()).toEqual(await bias?.data());
    }
    expect(await predictions(dense)).toEqual(before);
    disposeModels(dense, sparse);
  });

  test.each([
    ['a topology that it drew', undefined],
    ['one that it was given', Topology.random([200, 50], 800, seededRandom(3))],
  ])('draws values for the inputs that each neuron has, in %s, the same ones for a seed', async (_, given) => {
    const initializer = tf.initializers.heUniform({seed: 1});
    const layer = tf.layers.dense({units: 50, inputShape: [200], kernelInitializer: initializer, name: 'hidden'});
    const dense = tf.sequential({layers: [layer]});
    const options = {density: 0.08, seed: 5, values: 'drawn' as const, ...(given && {topologies: {hidden: given}})};
    const models = [sparsify(dense, options), sparsify(dense, options)];
    const [values, again] = await Promise.all(
      models.map(async (model) => [...(await sparseWeights(model)[0].weight.variable.data<'float32'>())]),
    );
    expect(again).toEqual(values);
    const {topology} = sparseWeights(models[0])[0].weight;
    if (given) expect(topology).toBe(given);
    const fanIn = topology.fanIn();
    // He's initializer draws uniformly with the variance 2 / inputs. Scaled by it, squares have the mean 1 and the variance 0.8.
    const squares = values.map((value, slot) => (value ** 2 * fanIn[topology.colIdx[slot]]) / 2);
    const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    expect(Math.abs(mean - 1)).toBeLessThan(3 * Math.sqrt(0.8 / squares.length));
    disposeModels(dense, ...models);
  });

  // On wasm tfjs has no gradient of depthwise convolutions.
  const trainable = casesFor(backendName, anyDenseModel, 0).filter(
    ([name]) => backendName === 'cpu' || name !== 'other convolutions and an embedding',
  );

  test.each(trainable)('makes a model of %s whose sparse layers all train', async (_, make) => {
    const dense = make();
    const sparse = sparsify(dense, {density: 0.3, seed: 1});
    const optimizer = tf.train.adam(0.01);
    sparse.compile({optimizer, loss: 'meanSquaredError'});
    const x = inputsFor(sparse);
    const y = sparse.outputs.map(({shape}) => tf.ones([3, ...(shape.slice(1) as number[])]));
    const valuesOf = () => Promise.all(sparseWeights(sparse).map(({weight}) => weight.variable.data()));
    const before = (await valuesOf()).map((values) => values.slice());
    for (let step = 0; step < 2; step++) {
      expect(Number.isFinite([await sparse.trainOnBatch(x, y)].flat()[0] as number)).toBe(true);
    }
    for (const [i, values] of (await valuesOf()).entries()) expect(values).not.toEqual(before[i]);
    tf.dispose([x, y]);
    disposeModels(dense, sparse);
    optimizer.dispose();
  });
});

describe('sparsify', () => {
  let models: tf.LayersModel[] = [];

  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  expectNoLeaks();

  afterEach(() => {
    disposeModels(...models);
    models = [];
  });

  /** A model that is freed after the test. */
  function some(name: string): tf.LayersModel {
    const model = denseModels[name]();
    models.push(model);
    return model;
  }

  function sparsified(model: tf.LayersModel, options: SparsifyOptions): tf.LayersModel {
    const sparse = sparsify(model, options);
    models.push(sparse);
    return sparse;
  }

  const mlp = () => some('a Sequential of dense layers'); // Kernels [12, 16] and [16, 4]: 192 and 64 connections.
  const cnn = () => some('a convolutional network with normalization, pooling and dropout');
  const counts = (model: tf.LayersModel) =>
    Object.fromEntries(sparseWeights(model).map(({name, weight}) => [name, weight.topology.nnz]));
  const positions = (model: tf.LayersModel) => sparseWeights(model).map(({weight}) => [...weight.topology.positions()]);

  test('makes an uncompiled model of the same kind with the same layers', () => {
    for (const model of [mlp(), some('a residual network with two outputs')]) {
      const sparse = sparsified(model, {density: 0.5});
      expect(sparse.constructor).toBe(model.constructor);
      expect(sparse.layers.map(({name}) => name)).toEqual(model.layers.map(({name}) => name));
      expect(sparse.inputs.map(({shape}) => shape)).toEqual(model.inputs.map(({shape}) => shape));
      expect(sparse.outputs.map(({shape}) => shape)).toEqual(model.outputs.map(({shape}) => shape));
      expect(sparse.optimizer).toBeUndefined();
    }
  });

  test('makes every dense and convolutional layer sparse, wherever it stands', () => {
    const names = Object.fromEntries(
      anyDenseModel.map(([title]) => [title, Object.keys(counts(sparsified(some(title), {density: 0.5})))]),
    );
    expect(names).toEqual({
      'a Sequential of dense layers': ['hidden', 'output'],
      'a convolutional network with normalization, pooling and dropout': ['conv1', 'conv2', 'output'],
      'a residual network with two outputs': ['first', 'second', 'left', 'right'],
      'a nested Sequential': ['encoder/inner1', 'encoder/inner2', 'outer'],
      'a nested model that is used twice': ['twin/inner', 'outer'],
      'a functional model inside a Sequential': ['block/inner', 'outer'],
      'a shared layer': ['shared', 'outer'],
      'a dense layer over time': ['time/inner', 'outer'],
      'a nested model over time': ['time/block/inner', 'outer'],
      'a bidirectional LSTM': ['outer'],
      'other convolutions and an embedding': ['conv', 'outer'],
    });
  });

  test('spends the budget to the last connection', () => {
    for (const density of [0.1, 0.25, 0.33, 0.5, 0.9]) {
      for (const distribution of ['uniform', 'erdosRenyi', 'erdosRenyiKernel'] as const) {
        const {hidden, output} = counts(sparsified(mlp(), {density, distribution}));
        expect(hidden + output).toBe(Math.round(density * 256));
      }
    }
  });

  test('divides the budget as the distribution says', () => {
    expect(counts(sparsified(mlp(), {density: 0.25, distribution: 'uniform'}))).toEqual({hidden: 48, output: 16});
    // ER: densities in proportion to (12 + 16) / 192 and (16 + 4) / 64, so connections as 28 to 20.
    expect(counts(sparsified(mlp(), {density: 0.1875, distribution: 'erdosRenyi'}))).toEqual({hidden: 28, output: 20});
    const own = sparsified(mlp(), {density: 0.25, distribution: () => [0.125, 0.625]});
    expect(counts(own)).toEqual({hidden: 24, output: 40});
  });

  test('leaves nothing of dense size on the device', () => {
    const model = mlp();
    const before = tf.memory().numTensors;
    const sparse = sparsified(model, {density: 0.5});
    expect(tf.memory().numTensors - before).toBe(4); // Values and bias of two layers.
    models.push(toDense(sparse));
    expect(tf.memory().numTensors - before).toBe(4 + 4);
  });

  test('gives layers densities of their own, outside the budget', () => {
    const sparse = sparsified(mlp(), {density: 0.25, densities: {output: 0.75}});
    expect(counts(sparse)).toEqual({hidden: 48, output: 48});
    const byFunction = sparsified(mlp(), {
      density: 0.25,
      densities: ({shape}) => (shape[1] === 4 ? 0.5 : undefined),
    });
    expect(counts(byFunction)).toEqual({hidden: 48, output: 32});
  });

  test('leaves out what the filter rejects, and shows it name, shape and layer', () => {
    const model = cnn();
    const seen: unknown[] = [];
    const sparse = sparsified(model, {
      density: 0.5,
      filter: ({name, shape, layer}) => {
        seen.push([name, shape, layer === model.getLayer(name)]);
        return shape.length === 2;
      },
    });
    expect(seen).toEqual([
      ['conv1', [3, 3, 2, 6], true],
      ['conv2', [2, 3, 6, 8], true],
      ['output', [16, 5], true],
    ]);
    expect(counts(sparse)).toEqual({output: 40});
    expect(sparse.getLayer('conv1').getClassName()).toBe('Conv2D');
  });

  test('keeps the first or the last layer dense, and spends the budget on the others', () => {
    expect(counts(sparsified(mlp(), {density: 0.25, firstLayerDense: true}))).toEqual({output: 16});
    expect(counts(sparsified(mlp(), {density: 0.25, lastLayerDense: true}))).toEqual({hidden: 48});
    const both = sparsified(cnn(), {density: 0.25, firstLayerDense: true, lastLayerDense: true});
    expect(counts(both)).toEqual({conv2: 72});
    expect(both.getLayer('conv1').getClassName()).toBe('Conv2D');
    expect(both.getLayer('output').getClassName()).toBe('Dense');
  });

  test('gives a first layer with a density of its own that density', () => {
    const sparse = sparsified(mlp(), {density: 0.25, firstLayerDense: true, densities: {hidden: 0.5}});
    expect(counts(sparse)).toEqual({hidden: 96, output: 16});
  });

  test('takes topologies of one’s own, outside the budget', () => {
    const hidden = Topology.random([12, 16], 7, seededRandom(1));
    const sparse = sparsified(mlp(), {density: 0.25, topologies: {hidden}});
    expect(counts(sparse)).toEqual({hidden: 7, output: 16});
    expect(sparseWeights(sparse)[0].weight.topology).toBe(hidden);
  });

  test('takes a topology for the first layer before it keeps that layer dense', () => {
    const hidden = Topology.random([12, 16], 7, seededRandom(1));
    const sparse = sparsified(mlp(), {density: 0.25, topologies: {hidden}, firstLayerDense: true});
    expect(counts(sparse)).toEqual({hidden: 7, output: 16});
  });

  test('takes topologies for all layers', () => {
    const hidden = Topology.random([12, 16], 7, seededRandom(1));
    const output = Topology.dense([16, 4]);
    const sparse = sparsified(mlp(), {density: 0.25, topologies: {hidden, output}});
    expect(counts(sparse)).toEqual({hidden: 7, output: 64});
  });

  test('takes topologies by the path of nested layers', () => {
    const inner = Topology.random([9, 7], 5, seededRandom(1));
    const sparse = sparsified(some('a nested model that is used twice'), {
      density: 0.5,
      topologies: {'twin/inner': inner},
    });
    expect(sparseWeights(sparse)[0].weight.topology).toBe(inner);
  });

  test('draws the same topologies for the same seed, and others for another one', () => {
    const model = cnn();
    const [a, b, c] = [7, '7', 8].map((seed) => positions(sparsified(model, {density: 0.3, seed})));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(positions(sparsified(model, {density: 0.3}))).not.toEqual(positions(sparsified(model, {density: 0.3})));
  });

  test('draws another topology for each layer, also where shapes are equal', () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({units: 8, inputShape: [8]}), tf.layers.dense({units: 8})],
    });
    models.push(model);
    const [first, second] = positions(sparsified(model, {density: 0.5, distribution: 'uniform', seed: 1}));
    expect(first).not.toEqual(second);
  });

  test('takes the seed that it drew over into the layers, so that a loaded model is the same', () => {
    const sparse = sparsified(mlp(), {density: 0.5, seed: 'abc'});
    expect(sparse.layers.map((layer) => layer.getConfig().seed)).toEqual(['abc/0', 'abc/1']);
  });

  test('keeps the options of the layers', () => {
    const sparse = sparsified(cnn(), {density: 0.5});
    expect(sparse.getLayer('conv2').getConfig()).toMatchObject({
      kernelSize: [2, 3],
      strides: [2, 2],
      activation: 'tanh',
      filters: 8,
    });
    expect(sparse.getLayer('conv1').getConfig()).toMatchObject({useBias: false, padding: 'same'});
    expect(sparse.getLayer('output').getConfig()).toMatchObject({kernelRegularizer: {className: 'L1L2'}});
  });

  test('copies a model as it is, whatever its constraints would make of its weights', async () => {
    const kernelConstraint = tf.constraints.unitNorm({axis: 0});
    const model = tf.sequential({
      layers: [
        tf.layers.dense({name: 'left', units: 3, inputShape: [4], kernelConstraint, biasConstraint: 'nonNeg'}),
        tf.layers.dense({name: 'sparse', units: 3, kernelConstraint, biasConstraint: 'nonNeg'}),
      ],
    });
    models.push(model);
    // Training leaves the constraint; only setting weights brings it back.
    for (const weight of model.weights) tf.tidy(() => (weight.read() as tf.Variable).assign(weight.read().sub(0.5)));
    const sparse = sparsified(model, {density: 1, filter: ({name}) => name === 'sparse'});
    expectClose((await predictions(sparse))[0], (await predictions(model))[0]);
  });

  test('leaves frozen layers frozen', () => {
    const model = mlp();
    model.layers[0].trainable = false;
    const sparse = sparsified(model, {density: 0.5});
    expect(sparse.layers.map(({trainable}) => trainable)).toEqual([false, true]);
    expect(sparse.trainableWeights).toEqual(sparse.layers[1].trainableWeights);
    expect(sparseWeights(sparse)[0].weight.values.trainable).toBe(false);
  });

  test('leaves a frozen nested model frozen, and each of its layers', () => {
    const model = some('a nested Sequential');
    model.getLayer('encoder').trainable = false;
    const sparse = sparsified(model, {density: 0.5});
    expect(sparse.trainableWeights).toEqual(sparse.getLayer('outer').trainableWeights);
    expect(sparseWeights(sparse).map(({weight}) => weight.values.trainable)).toEqual([false, false, true]);
  });

  test('leaves layers alone that are sparse already', async () => {
    const model = tf.sequential({
      layers: [
        maskedDense({name: 'before', units: 6, inputShape: [8], density: 0.25, seed: 1}),
        tf.layers.dense({name: 'after', units: 4}),
      ],
    });
    models.push(model);
    const sparse = sparsified(model, {density: 1});
    expect(counts(sparse)).toEqual({before: 12, after: 24});
    expectClose((await predictions(sparse))[0], (await predictions(model))[0]);
  });

  test('leaves subclasses of the stock layers alone: they may compute something else', () => {
    const Dense = tf.layers.dense({units: 1}).constructor as unknown as new (args: object) => tf.layers.Layer;
    class Doubled extends Dense {
      static className = 'DoubledDense';

      override call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor {
        return tf.tidy(() => (super.call(inputs, kwargs as never) as tf.Tensor).mul(2));
      }
    }
    tf.serialization.registerClass(Doubled as never);
    const model = tf.sequential({
      layers: [new Doubled({name: 'doubled', units: 4, inputShape: [3]}), tf.layers.dense({name: 'plain', units: 2})],
    });
    models.push(model);
    const sparse = sparsified(model, {density: 0.5});
    expect(counts(sparse)).toEqual({plain: 4});
    expect(summary(sparse).layers[0].reason).toBe('DoubledDense has no sparse form');
  });

  test.each([
    [
      0,
      'sparsify: density must be in (0, 1], received 0. Density is the share of the connections that exist, 1 − sparsity.',
    ],
    [5, 'sparsify: density must be in (0, 1], received 5. For 5 % of the connections write 0.05.'],
    [Number.NaN, 'sparsify: density must be in (0, 1], received NaN.'],
    [-0.1, 'sparsify: density must be in (0, 1], received -0.1.'],
  ])('refuses a density of %s', (density, message) => {
    const model = mlp();
    expect(() => sparsify(model, {density})).toThrow(RangeError);
    expect(() => sparsify(model, {density})).toThrow(message);
  });

  test('refuses a density that leaves a layer without a connection, and a distribution that there is not', () => {
    const model = mlp();
    expect(() => sparsify(model, {density: 0.004})).toThrow(
      'sparsify: density must give each of the 2 layers a connection',
    );
    expect(() => sparsify(model, {density: 0.1, distribution: 'ERK' as never})).toThrow(
      /^sparsify: distribution must be one of uniform, erdosRenyi, erdosRenyiKernel.*, received "ERK"\./,
    );
  });

  test('refuses a model that does not know its input', () => {
    const model = tf.sequential({name: 'unbuilt'});
    expect(() => sparsify(model, {density: 0.5})).toThrow(
      new Error(
        'sparsify: model must know its input, received "unbuilt", which does not. Give its first layer an inputShape.',
      ),
    );
  });

  test('refuses a model without a layer that can become sparse, and says why', () => {
    const lstm = tf.sequential({
      name: 'recurrent',
      layers: [tf.layers.lstm({name: 'memory', units: 3, inputShape: [2, 4]})],
    });
    const nothing = tf.sequential({name: 'empty', layers: [tf.layers.flatten({inputShape: [2, 4]})]});
    models.push(lstm);
    expect(() => sparsify(lstm, {density: 0.5})).toThrow(
      new Error(
        'sparsify: model must have a Dense or Conv2D layer that the filter accepts, received "recurrent" with memory (LSTM ' +
          'has no sparse form). Loosen the filter, or train this model as it is.',
      ),
    );
    expect(() => sparsify(nothing, {density: 0.5})).toThrow('received "empty" with no layer with weights.');
    const model = mlp();
    expect(() => sparsify(model, {density: 0.5, filter: () => false})).toThrow(
      'with hidden (left out by the filter), output (left out by the filter).',
    );
  });

  test('refuses a topology of another shape, or for a layer that does not exist', () => {
    const model = mlp();
    expect(() => sparsify(model, {density: 0.5, topologies: {hidden: Topology.dense([12, 15])}})).toThrow(
      new RangeError(
        "sparsify: topologies must match a layer's kernel, received [12,15] for 'hidden', whose kernel is [12,16]. " +
          'Name the layers by their path, and give the dense shape of their kernel.',
      ),
    );
    expect(() => sparsify(model, {density: 0.5, topologies: {hiden: Topology.dense([12, 16])}})).toThrow(
      "received [12,16] for 'hiden', which is none of hidden, output.",
    );
  });

  test('refuses options that would be left aside: misspelled names, topologies that are not awaited', () => {
    const given = (options: object) => () => sparsify(mlp(), {density: 0.5, ...options});
    expect(given({lastlayerDense: true})).toThrow(
      new TypeError(
        'sparsify: lastLayerDense must be written so, received lastlayerDense. Correct the name, or leave it out.',
      ),
    );
    expect(given({vlaues: 'drawn'})).toThrow('sparsify: values must be written so, received vlaues.');
    // Settings that other functions are given, too.
    sparsified(mlp(), {density: 0.5, ...{updateInterval: 100, epochs: 3, seeds: [1, 2], seed: 1}});
    for (const topologies of [initialTopologies(mlp(), {density: 0.5, criterion: magnitude()}), []]) {
      expect(given({topologies})).toThrow(
        /^sparsify: topologies must be an object, received .*\. Write topologies: await initialTopologies\(model, …\)\.$/,
      );
    }
    expect(given({filter: 'hidden'})).toThrow('sparsify: filter must be a function, received "hidden".');
  });

  test('refuses densities for a layer that does not exist', () => {
    const model = mlp();
    expect(() => sparsify(model, {density: 0.5, densities: {hiden: 0.5}})).toThrow("received 'hiden'");
  });

  test('refuses a layer that stands in two models', () => {
    const shared = tf.layers.dense({name: 'shared', units: 4, inputShape: [4]});
    const block = tf.sequential({name: 'block', layers: [shared]});
    const input = tf.input({shape: [4]});
    const outputs = shared.apply(block.apply(input)) as tf.SymbolicTensor;
    const model = tf.model({name: 'whole', inputs: input, outputs});
    expect(() => sparsify(model, {density: 0.5})).toThrow(
      new Error(
        'sparsify: a layer must belong to one model, received "shared" in both "block" and "whole". ' +
          'Share the whole nested model instead of its layer.',
      ),
    );
    models.push(block);
  });

  test('refuses two layers of the same path, one of which would get the weights of the other', () => {
    const nested = tf.sequential({layers: [tf.layers.dense({name: 'b', units: 3, inputShape: [3]})], name: 'a'});
    const top = tf.layers.dense({name: 'a/b', units: 3, inputShape: [3]});
    const model = tf.sequential({layers: [top, nested]});
    expect(() => sparsify(model, {density: 0.5})).toThrow(
      'sparsify: a layer must have a path of its own, received "a/b" for two. Rename that with a "/" in its name.',
    );
    disposeModels(model);
  });
});
