import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {
  continuousSparsification,
  explain,
  GMPScheduler,
  groupLasso,
  hardConcrete,
  maskedConv2d,
  maskedDense,
  networkSurgery,
  type Reparameterization,
  registerReparameterization,
  seededRandom,
  setTopologies,
  softDeepRewiring,
  softThreshold,
  sparseWeights,
  sparsify,
  srSte,
  swat,
  Topology,
  targetedDropout,
  toDense,
  topKast,
  trainableMask,
  variationalDropout,
} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {fileStorage} from '../support/storage.ts';

beforeEach(async () => {
  await tf.setBackend('wasm');
});

const network = () =>
  tf.sequential({
    layers: [
      tf.layers.dense({
        units: 8,
        inputShape: [12],
        activation: 'relu',
        kernelInitializer: tf.initializers.glorotNormal({seed: 1}),
      }),
      tf.layers.dense({units: 4, activation: 'softmax', kernelInitializer: tf.initializers.glorotNormal({seed: 2})}),
    ],
  });
const data = () => {
  const x = tf.randomNormal([64, 12], 0, 1, 'float32', 3);
  return {x, y: tf.oneHot(x.slice([0, 0], [64, 4]).argMax(1), 4).toFloat()};
};

const all: Record<string, Reparameterization> = {
  softThreshold: softThreshold({initial: -2}),
  trainableMask: trainableMask(),
  hardConcrete: hardConcrete({lambda: 1e-4}),
  topKast: topKast({forward: 0.25, backward: 0.5, l2: 1e-3}),
  srSte: srSte({n: 1, m: 4}),
  swat: swat({weights: 0.25, activations: 0.5}),
  networkSurgery: networkSurgery({deviations: 0}),
  groupLasso: groupLasso({lambda: 1e-3}),
  targetedDropout: targetedDropout({targeted: 0.5, rate: 0.5}),
  variationalDropout: variationalDropout({lambda: 1e-4}),
  continuousSparsification: continuousSparsification({steps: 60, initial: 0.1}),
  softDeepRewiring: softDeepRewiring({noise: 1e-3, l1: 1e-3, lowest: -0.01}),
};

describe.each(Object.entries(all))('%s', (_, reparameterization) => {
  it('trains by single ops, and says so; what is saved, loaded or made plain predicts the same', async () => {
    const model = sparsify(network(), {density: 1, reparameterization, seed: 1});
    model.compile({optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy'});
    expect(explain(model)).toEqual({
      isFused: false,
      reason: `layer "${model.layers[0].name}" computes with values made by ${reparameterization.name}`,
    });
    const {x, y} = data();
    const tensors: number[] = [];
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) {
      losses.push((await model.trainOnBatch(x, y)) as number);
      tensors.push(tf.memory().numTensors);
    }
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]);
    // The first steps make the optimizer's slots.
    expect(new Set(tensors.slice(5)).size).toBe(1);

    const expected = (model.predict(x) as tf.Tensor).dataSync();
    const storage = fileStorage();
    await model.save(storage.save);
    const loaded = await tf.loadLayersModel(storage.load());
    const isClose = (other: tf.LayersModel) =>
      (other.predict(x) as tf.Tensor).dataSync().every((number, i) => Math.abs(number - expected[i]) < 1e-5);
    expect(isClose(loaded)).toBe(true);
    expect(sparseWeights(loaded)[0].weight.reparameterization!.options).toEqual(reparameterization.options);
    const dense = toDense(model);
    expect(isClose(dense)).toBe(true);
    expect(dense.layers[0].getConfig().reparameterization).toBeUndefined();
  });
});

describe('reparameterizations', () => {
  it('make values that are 0: half or more after a quarter was asked for, one in four of every group', () => {
    const zeros = (reparameterization: Reparameterization) => {
      const model = sparsify(network(), {density: 1, reparameterization, seed: 1});
      return sparseWeights(model).map(({weight}) => {
        const values = weight.computed(false).dataSync();
        return values.filter((value) => value === 0).length / values.length;
      });
    };
    expect(zeros(topKast({forward: 0.25, backward: 0.5}))).toEqual([0.75, 0.75]);
    expect(zeros(srSte({n: 1, m: 4}))).toEqual([0.75, 0.75]);
  });

  it('drop the smallest at random in training only', () => {
    const drop = (rate: number) => {
      const layer = maskedDense({
        units: 5,
        inputShape: [40],
        density: 1,
        seed: 1,
        reparameterization: targetedDropout({targeted: 0.6, rate}),
      });
      tf.sequential({layers: [layer]});
      const {sparseWeight: weight} = layer;
      const stored = [...weight.variable.dataSync()];
      expect([...weight.computed(false).dataSync()]).toEqual(stored);
      const limit = stored.map(Math.abs).sort((a, b) => a - b)[119];
      const values = [...weight.computed(true).dataSync()];
      stored.forEach((value, slot) => {
        if (Math.abs(value) > limit || values[slot] !== 0) expect(values[slot]).toBe(value);
      });
      return values.filter((value) => value === 0).length;
    };
    // Of 200 connections 120 are targeted: none, all, or half of them go, give or take five deviations of √(120 / 4).
    expect(drop(0)).toBe(0);
    expect(drop(1)).toBe(120);
    expect(Math.abs(drop(0.5) - 60)).toBeLessThan(28);
  });

  it('of the user are known once they are registered', () => {
    const halved: Reparameterization = {name: 'halved', options: {}, apply: (values) => tf.mul(values, 0.5)};
    const make = () => maskedDense({units: 2, inputShape: [3], density: 1, reparameterization: halved});
    expect(make).toThrow('reparameterization: name must be ');
    registerReparameterization('halved', () => halved);
    const layer = make();
    tf.sequential({layers: [layer]});
    const {variable} = layer.sparseWeight;
    expect([...layer.sparseWeight.computed(true).dataSync()]).toEqual([
      ...variable.dataSync().map((value) => value / 2),
    ]);
  });

  it('leave nothing behind of a layer that they cannot be for', () => {
    const before = tf.memory().numTensors;
    const layer = maskedDense({units: 4, density: 0.5, reparameterization: srSte({n: 2, m: 4})});
    expect(() => layer.apply(tf.input({shape: [8]}))).toThrow('srSte: the layer must have all its connections');
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(
    Object.entries(all).filter(([name]) => name !== 'srSte'),
  )('train a layer without connections: %s', async (_, reparameterization) => {
    const topologies = {first: Topology.fromPositions([12, 8], [])};
    const dense = tf.sequential({
      layers: [
        tf.layers.dense({name: 'first', units: 8, inputShape: [12], biasInitializer: 'ones', activation: 'tanh'}),
        tf.layers.dense({units: 4, activation: 'softmax'}),
      ],
    });
    const model = sparsify(dense, {density: 0.5, topologies, reparameterization, seed: 1});
    model.compile({optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy'});
    const {x, y} = data();
    for (let step = 0; step < 3; step++) expect(await model.trainOnBatch(x, y)).toBeLessThan(10);
  });

  it('keep their layer from a topology for which they have no meaning', async () => {
    const model = sparsify(network(), {density: 1, reparameterization: srSte({n: 2, m: 4}), seed: 1});
    model.compile({optimizer: 'sgd', loss: 'categoricalCrossentropy'});
    const refusal = 'srSte: the layer must have all its connections and inputs that 4 divides, received 48 of 96';
    const before = model.getWeights().map((weight) => weight.dataSync());
    const scheduler = new GMPScheduler(model, {updateInterval: 1, density: 0.5, seed: 1});
    await expect(scheduler.step()).rejects.toThrow(refusal);
    const [{name}] = sparseWeights(model);
    const half = Topology.random([12, 8], 48, seededRandom(1));
    await expect(setTopologies(model, {[name]: half})).rejects.toThrow(refusal);
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(before);
  });

  it('say what they cannot do', () => {
    const reparameterization = hardConcrete({perSample: true});
    const conv = maskedConv2d({filters: 3, kernelSize: 3, inputShape: [5, 5, 2], density: 1, reparameterization});
    expect(() => tf.sequential({layers: [conv]})).toThrow(
      "hardConcrete: perSample must be left out for the inputs of a convolution, received a kernel [3,3,2,3]. Write gates: 'output'",
    );
    expect(() => groupLasso({lambda: 0.1, group: 'input'} as never)).toThrow(
      'groupLasso: groups must be written so, received group. Correct the name, or leave it out.',
    );
    expect(() => sparsify(network(), {density: 0.5, reparameterization: srSte({n: 2, m: 4})})).toThrow(
      'srSte: the layer must have all its connections',
    );
    expect(() => topKast({forward: 0.5, backward: 0.2})).toThrow('topKast: forward and backward must be in (0, 1]');
    expect(() => hardConcrete({dropRate: 1})).toThrow(
      'hardConcrete: dropRate must be finite and in (0, 1), received 1.',
    );
    expect(() => srSte({n: 5, m: 4})).toThrow('srSte: n and m must be integers with 1 ≤ n ≤ m, received 5 and 4.');
    expect(() => softThreshold({initial: Number.NaN})).toThrow('softThreshold: initial must be finite');
    expect(() => trainableMask({alpha: -1})).toThrow('trainableMask: alpha must be finite and at least 0');
    expect(() => groupLasso({lambda: -1})).toThrow('groupLasso: lambda and threshold must be finite and at least 0');
    expect(() => networkSurgery({deviations: Number.NaN})).toThrow(
      'networkSurgery: deviations must be finite, received NaN.',
    );
    expect(() => swat({weights: 0, activations: 0.5})).toThrow(
      'swat: weights and activations must be in (0, 1], received 0 and 0.5.',
    );
    expect(() => variationalDropout({lambda: -1})).toThrow(
      'variationalDropout: lambda must be finite and at least 0, received -1.',
    );
    expect(() => continuousSparsification({steps: 0.5})).toThrow(
      'continuousSparsification: steps must be an integer of at least 1, received 0.5.',
    );
    expect(() => softDeepRewiring({noise: 0.1, l1: 0, lowest: 0})).toThrow(
      'softDeepRewiring: noise, l1 and lowest must be finite, the first two at least 0 and the last below 0, received 0.1, 0 and 0.',
    );
    expect(() => continuousSparsification({steps: 9, finalBeta: 0.5})).toThrow(
      'continuousSparsification: lambda, finalBeta and initial must be finite',
    );
  });
});
