import * as tf from '@tensorflow/tfjs';
import {afterEach, beforeAll, describe, expect, test} from 'vitest';
import {MaskedConv2d, type MaskedConv2dArgs, maskedConv2d} from '../../src/sparse/maskedConv2d.ts';
import {MaskedDense, type MaskedDenseArgs, maskedDense} from '../../src/sparse/maskedDense.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {commitAll, prepareCarry} from '../../src/weights/carry.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {someNumbers} from '../support/layer.ts';
import {expectNoLeaks} from '../support/leaks.ts';
import {disposeOptimizer} from '../support/optimizers.ts';
import {denseWeightsOf} from '../support/stockPair.ts';
import {fileStorage, httpStorage, memoryStorage} from '../support/storage.ts';

/** A model of one convolution and two fully connected layers, all sparse. */
function sparseModel(seed = 1): tf.Sequential {
  return tf.sequential({
    layers: [
      maskedConv2d({name: 'conv', inputShape: [6, 6, 2], filters: 4, kernelSize: 3, density: 0.3, seed: `${seed}/1`}),
      tf.layers.flatten(),
      maskedDense({name: 'hidden', units: 5, density: 0.1, activation: 'relu', seed: `${seed}/2`}),
      maskedDense({name: 'out', units: 3, nnz: 7, useBias: false, activation: 'softmax', seed: `${seed}/3`}),
    ],
  });
}

async function predict(model: tf.LayersModel): Promise<Float32Array> {
  const y = tf.tidy(() => model.predict(tf.tensor4d(someNumbers(2 * 72, 1), [2, 6, 6, 2])) as tf.Tensor);
  const data = await y.data<'float32'>();
  y.dispose();
  return data;
}

function topologiesOf(model: tf.LayersModel): Topology[] {
  return model.layers
    .filter((layer) => 'sparseWeight' in layer)
    .map((layer) => (layer as MaskedDense).sparseWeight.topology);
}

describeBackends('a model with sparse layers', () => {
  test.each([
    ['memory', memoryStorage],
    ['files', fileStorage],
    ['a server', httpStorage],
  ])('is the same after it went through %s', async (_, makeStorage) => {
    const model = sparseModel();
    const storage = makeStorage();
    await model.save(storage.save);
    const loaded = await tf.loadLayersModel(storage.load());
    expect(loaded.layers.map((layer) => layer.constructor)).toEqual(model.layers.map((layer) => layer.constructor));
    expect(loaded.layers.map((layer) => layer.getConfig())).toEqual(model.layers.map((layer) => layer.getConfig()));
    topologiesOf(loaded).forEach((topology, i) => {
      expect(topology.equals(topologiesOf(model)[i])).toBe(true);
    });
    expectClose(await predict(loaded), await predict(model), 0);
    model.dispose();
    loaded.dispose();
  });

  test('can be copied by setWeights', async () => {
    const [model, other] = [sparseModel(1), sparseModel(2)];
    expect(topologiesOf(other)[0].equals(topologiesOf(model)[0])).toBe(false);
    other.setWeights(model.getWeights());
    expect(topologiesOf(other)[0].equals(topologiesOf(model)[0])).toBe(true);
    expectClose(await predict(other), await predict(model), 0);
    model.dispose();
    other.dispose();
  });

  test('shares nothing with another one whose layers have the same names', async () => {
    const [model, other] = [sparseModel(1), sparseModel(1)];
    const before = await predict(other);
    const optimizer = tf.train.adam(0.1);
    model.compile({optimizer, loss: 'categoricalCrossentropy'});
    const [x, y] = [tf.ones([2, 6, 6, 2]), tf.tensor2d([[1, 0, 0], [0, 1, 0]])]; // biome-ignore format: a matrix
    for (let step = 0; step < 3; step++) await model.trainOnBatch(x, y);
    expect(await predict(model)).not.toEqual(before);
    expectClose(await predict(other), before, 0);
    const storage = memoryStorage();
    await model.save(storage.save);
    const loaded = await tf.loadLayersModel(storage.load());
    expectClose(await predict(loaded), await predict(model), 0);
    tf.dispose([x, y]);
    model.dispose();
    other.dispose();
    loaded.dispose();
    disposeOptimizer(optimizer);
  });

  test('trains no frozen layer', async () => {
    const model = sparseModel();
    const [frozen, , trained] = model.layers as MaskedDense[];
    frozen.trainable = false;
    const values = async (layer: MaskedDense) => (await layer.sparseWeight.variable.data()).slice();
    const [before, trainedBefore] = [await values(frozen), await values(trained)];
    const optimizer = tf.train.sgd(0.5);
    model.compile({optimizer, loss: 'categoricalCrossentropy'});
    const [x, y] = [tf.ones([2, 6, 6, 2]), tf.tensor2d([[1, 0, 0], [0, 1, 0]])]; // biome-ignore format: a matrix
    await model.trainOnBatch(x, y);
    expect(await values(frozen)).toEqual(before);
    expect(await values(trained)).not.toEqual(trainedBefore);
    expect(frozen.trainableWeights).toEqual([]);
    tf.dispose([x, y]);
    model.dispose();
    disposeOptimizer(optimizer);
  });

  test('frees everything on dispose', async () => {
    const before = tf.memory().numTensors;
    const model = sparseModel();
    await predict(model);
    model.getWeights();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Both layers, on an input that gives kernels of [6, 4] and [2, 1, 3, 4]. */
const kinds = [
  {
    where: 'MaskedDense',
    make: (args: Partial<MaskedDenseArgs & MaskedConv2dArgs>): MaskedDense | MaskedConv2d =>
      maskedDense({units: 4, inputShape: [6], ...(args as Partial<MaskedDenseArgs>)}),
    shape: [6, 4],
  },
  {
    where: 'MaskedConv2d',
    make: (args: Partial<MaskedDenseArgs & MaskedConv2dArgs>): MaskedDense | MaskedConv2d =>
      maskedConv2d({filters: 4, kernelSize: [2, 1], inputShape: [4, 4, 3], ...(args as Partial<MaskedConv2dArgs>)}),
    shape: [2, 1, 3, 4],
  },
];

describe.each(kinds)('the sparse kernel of $where', ({where, make, shape}) => {
  let models: tf.LayersModel[] = [];

  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  expectNoLeaks();

  afterEach(() => {
    for (const model of models) model.dispose();
    models = [];
  });

  /** A built layer; all are freed after the test. */
  function built(args: Partial<MaskedDenseArgs & MaskedConv2dArgs>): MaskedDense | MaskedConv2d {
    const layer = make(args);
    models.push(tf.sequential({layers: [layer]}));
    return layer;
  }

  const valuesOf = (layer: MaskedDense | MaskedConv2d) => [...layer.sparseWeight.variable.dataSync()];

  test.each([
    [0.5, 12],
    [0.3, 7],
    [1, 24],
    [0.001, 1],
  ])('has density %s as %s of 24 connections', (density, nnz) => {
    const {topology} = built({density}).sparseWeight;
    expect([topology.nnz, topology.shape]).toEqual([nnz, shape]);
  });

  test('has the number of connections that is asked for, whatever the density', () => {
    expect(built({nnz: 5}).sparseWeight.topology.nnz).toBe(5);
    expect(built({nnz: 5, density: 0.9}).sparseWeight.topology.nnz).toBe(5);
  });

  test('is the same for the same seed, number or text, and another one for another', () => {
    const [a, b, c] = [7, '7', 8].map((seed) => built({density: 0.5, seed}));
    expect(a.sparseWeight.topology.equals(b.sparseWeight.topology)).toBe(true);
    expect(valuesOf(a)).toEqual(valuesOf(b));
    expect(a.sparseWeight.topology.equals(c.sparseWeight.topology)).toBe(false);
    expect(valuesOf(a)).not.toEqual(valuesOf(c));
  });

  test('draws its topology as Topology.random does from the seed', () => {
    const expected = Topology.random(shape, 12, seededRandom('7/topology'));
    expect(built({density: 0.5, seed: 7}).sparseWeight.topology.equals(expected)).toBe(true);
  });

  test('keeps the seed that it drew in its config', () => {
    const layer = built({density: 0.5});
    const {seed} = layer.getConfig();
    const again = built({density: 0.5, seed: seed as number});
    expect(again.sparseWeight.topology.equals(layer.sparseWeight.topology)).toBe(true);
    expect(valuesOf(again)).toEqual(valuesOf(layer));
    expect(built({density: 0.5}).getConfig().seed).not.toBe(seed);
  });

  test('has a config with the density and number of connections of the moment', async () => {
    const layer = built({density: 0.5, seed: 3});
    expect(layer.getConfig()).toMatchObject({density: 0.5, nnz: 12, seed: 3, fan: 'sparse'});
    const {sparseWeight} = layer;
    const update = updateTopology(sparseWeight.topology, Int32Array.of(0, 1, 2, 3, 4, 5), new Int32Array(0));
    const optimizer = tf.train.sgd(0.1);
    commitAll([await prepareCarry(sparseWeight, update, optimizer, new Float32Array(0))]);
    disposeOptimizer(optimizer);
    expect(layer.getConfig()).toMatchObject({density: 0.25, nnz: 6});
    expect(make({density: 0.5, seed: 3, fan: 'dense'}).getConfig()).toMatchObject({
      density: 0.5,
      nnz: null,
      fan: 'dense',
    });
  });

  test.each([
    {density: 0.5},
    {nnz: 5},
    {density: 0.25, fan: 'dense' as const, useBias: false},
  ])('is made again from the config of %o', (args) => {
    const layer = make({...args, name: 'again'});
    const LayerClass = layer.constructor as tf.serialization.SerializableConstructor<MaskedDense>;
    const again = LayerClass.fromConfig(LayerClass, layer.getConfig() as tf.serialization.ConfigDict) as MaskedDense;
    expect(again.getConfig()).toEqual(layer.getConfig());
    models.push(tf.sequential({layers: [layer]}), tf.sequential({layers: [again]}));
    expect(again.sparseWeight.topology.equals(layer.sparseWeight.topology)).toBe(true);
    expect(valuesOf(again)).toEqual(valuesOf(layer));
  });

  test('scales its initial values by the active or by all inputs', () => {
    const [sparse, dense] = (['sparse', 'dense'] as const).map((fan) =>
      built({density: 0.5, seed: 1, fan, kernelInitializer: 'heUniform'}),
    );
    // Uniform values scale with 1/√fanIn; all 6 inputs against those that are active.
    const {topology} = sparse.sparseWeight;
    const fanIn = topology.fanIn();
    const scales = Array.from(topology.colIdx, (output) => Math.sqrt(6 / fanIn[output]));
    expectClose(
      valuesOf(sparse),
      valuesOf(dense).map((value, slot) => value * scales[slot]),
    );
  });

  test('takes any initializer', () => {
    expect(valuesOf(built({density: 0.2, kernelInitializer: 'ones'}))).toEqual([1, 1, 1, 1, 1]);
    const constant = tf.initializers.constant({value: 0.25});
    const layer = built({density: 0.2, kernelInitializer: constant, biasInitializer: constant});
    expect(valuesOf(layer)).toEqual(Array(5).fill(0.25));
    expect([...layer.bias!.read().dataSync()]).toEqual(Array(4).fill(0.25));
  });

  test.each([
    ['unitNorm', tf.constraints.unitNorm({axis: 0})],
    ['maxNorm', tf.constraints.maxNorm({maxValue: 0.5, axis: 0})],
    ['minMaxNorm', tf.constraints.minMaxNorm({minValue: 0.5, maxValue: 0.6, rate: 0.8, axis: 0})],
    ['nonNeg', tf.constraints.nonNeg()],
  ])('is put under the constraint %s when weights are set, like a dense one', async (_, kernelConstraint) => {
    const constrained = built({density: 0.6, kernelConstraint, seed: 1, useBias: false});
    const free = built({density: 0.6, seed: 2, useBias: false});
    constrained.setWeights(free.getWeights());
    expect(constrained.sparseWeight.topology.equals(free.sparseWeight.topology)).toBe(true);
    const [kernel] = await denseWeightsOf(free);
    const [actual] = await denseWeightsOf(constrained);
    const expected = tf.tidy(() => kernelConstraint.apply(kernel).mul(kernel.notEqual(0).cast('float32')));
    expectClose(actual.dataSync(), expected.dataSync());
    tf.dispose([kernel, actual, expected]);
  });

  test('leaves the bias to its own constraint', () => {
    const layer = built({density: 0.5, biasConstraint: 'nonNeg'});
    const [values, , topology] = layer.getWeights();
    const bias = tf.tensor1d([-1, 2, -3, 4]);
    layer.setWeights([values, bias, topology]);
    expect([...layer.bias!.read().dataSync()]).toEqual([0, 2, 0, 4]);
    bias.dispose();
  });

  test('refuses a regularizer of the activity, as tfjs does for every layer', () => {
    const layer = make({density: 0.5, activityRegularizer: 'l1l2', inputShape: undefined});
    const input = tf.input({shape: where === 'MaskedDense' ? [6] : [4, 4, 3]});
    expect(() => layer.apply(input)).toThrow('activity regularizer');
    tf.dispose(layer.weights.map((weight) => weight.read()));
  });

  test('refuses weights for another number of connections, or a damaged topology', () => {
    const layer = built({nnz: 5, useBias: false});
    expect(() => layer.setWeights(built({nnz: 6, useBias: false}).getWeights())).toThrow('not compatible');
    const [values, packed] = layer.getWeights();
    const damaged = tf.tidy(() => tf.zerosLike(packed));
    const {topology} = layer.sparseWeight;
    expect(() => layer.setWeights([values, damaged])).toThrow(
      `topology: a saved topology must hold 5 ascending connections of the shape [${shape}]`,
    );
    expect(layer.sparseWeight.topology).toBe(topology);
    damaged.dispose();
  });

  test.each([
    [0, 'received 0.'],
    [5, 'received 5. For 5 % of the connections write 0.05.'],
    [Number.NaN, 'received NaN.'],
    [-0.5, 'received -0.5.'],
    [undefined, 'received undefined.'],
  ])('refuses a density of %s', (density, message) => {
    expect(() => make({density})).toThrow(RangeError);
    expect(() => make({density})).toThrow(`${where}: density must be in (0, 1], ${message}`);
  });

  test.each([2.5, 25, -1])('refuses %s connections', (nnz) => {
    expect(() => built({nnz})).toThrow(
      new RangeError(
        `${where}: nnz must be an integer in [0, 24] for a kernel of shape [${shape}], received ${nnz}. ` +
          'Give a density instead, or another number.',
      ),
    );
  });

  test('leaves all weights as they were where a topology is damaged', async () => {
    const layer = built({nnz: 7});
    const before = layer.getWeights().map((weight) => [...weight.dataSync()]);
    const weights = layer.getWeights().map((weight) => tf.tidy(() => weight.add(weight.dtype === 'int32' ? 1000 : 1)));
    expect(() => layer.setWeights(weights)).toThrow('a saved topology must hold 7 ascending connections');
    expect(layer.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
    tf.dispose(weights);
  });

  test('refuses an unknown kind of fan', () => {
    expect(() => make({density: 0.5, fan: 'full' as 'sparse'})).toThrow(
      new TypeError(`${where}: fan must be 'sparse' or 'dense', received full. Leave it out for 'sparse'.`),
    );
  });

  test('is there once the layer is built', () => {
    expect(() => make({density: 0.5}).sparseWeight).toThrow(
      new Error(
        `${where}: the layer must be built before its weight exists. Call it on an input, or give it an inputShape.`,
      ),
    );
  });
});

describe('the classes', () => {
  test('are registered under names of their own', () => {
    expect([MaskedDense.className, MaskedConv2d.className]).toEqual(['ItopMaskedDense', 'ItopMaskedConv2d']);
    expect(tf.serialization.SerializationMap.getMap().classNameMap).toMatchObject({
      ItopMaskedDense: [MaskedDense, expect.any(Function)],
      ItopMaskedConv2d: [MaskedConv2d, expect.any(Function)],
    });
  });
});
