import * as tf from '@tensorflow/tfjs';
import {
  blocks,
  type Criterion,
  constantFanIn,
  force,
  grasp,
  initialTopologies,
  magnitude,
  maskedDense,
  random,
  snip,
  sparsify,
  summary,
  synflow,
  taylor,
} from 'itop';
import {beforeAll, describe, expect, it, vi} from 'vitest';
import {someData} from '../support/training.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function mlp(depth = 2): tf.Sequential {
  const layer = (name: string, units: number, seed: number, options: object) =>
    tf.layers.dense({name, units, kernelInitializer: tf.initializers.glorotNormal({seed}), ...options});
  const model = tf.sequential();
  model.add(tf.layers.inputLayer({inputShape: [12]}));
  for (let i = 1; i < depth; i++) model.add(layer(`hidden${i}`, 16, i, {activation: 'relu'}));
  model.add(layer('output', 4, depth, {activation: 'softmax'}));
  return model;
}
const kernels = (model: tf.LayersModel) =>
  model.layers.flatMap((layer) => layer.getWeights().slice(0, 1)).map((weight) => weight.dataSync<'float32'>().slice());
const nnzOf = (topologies: Record<string, {nnz: number}>) =>
  Object.values(topologies).reduce((sum, {nnz}) => sum + nnz, 0);

describe('initialTopologies', () => {
  it('refuses a density that would leave no connection, instead of a network without any', async () => {
    await expect(initialTopologies(mlp(), {density: 0.001, criterion: magnitude()})).rejects.toThrow(
      new RangeError(
        'initialTopologies: density must leave a connection, received 0.001 of 256. Use at least 0.00390625.',
      ),
    );
    expect(nnzOf(await initialTopologies(mlp(), {density: 1 / 256, criterion: magnitude()}))).toBe(1);
  });

  it('by magnitude over the network keeps the largest weights, exactly, and sparsify takes them', async () => {
    const model = mlp();
    const topologies = await initialTopologies(model, {density: 0.25, criterion: magnitude()});
    const all = kernels(model)
      .flatMap((weights) => [...weights.map(Math.abs)])
      .sort((a, b) => b - a);
    expect(nnzOf(topologies)).toBe(64);
    kernels(model).forEach((weights, i) => {
      const {[i]: topology} = Object.values(topologies);
      expect([...topology.mask()]).toEqual(Array.from(weights, (weight) => Number(Math.abs(weight) >= all[63])));
    });
    const sparse = sparsify(model, {density: 0.25, topologies});
    expect(summary(sparse).density).toBe(0.25);
  });

  it('leaves alone what a criterion returns, such as the weights themselves', async () => {
    const initializer = tf.initializers.randomUniform({minval: 0.1, maxval: 1, seed: 1});
    const model = tf.sequential({
      layers: [tf.layers.dense({units: 6, inputShape: [8], kernelInitializer: initializer})],
    });
    const weights: Criterion = {name: 'weights', active: ({values}) => values};
    const chosen = (criterion: Criterion) => initialTopologies(model, {density: 0.1, rounds: 4, criterion});
    const [expected, actual] = [await chosen(magnitude()), await chosen(weights)];
    expect(Object.values(actual)[0].equals(Object.values(expected)[0])).toBe(true);
  });

  it.each([
    ['snip', () => snip(someData())],
    ['force', () => force(someData())],
    ['grasp', () => grasp(someData())],
    ['synflow', () => synflow()],
  ])('%s leaves model and tensors as they were, and meets the density in every round', async (_, criterion) => {
    const model = mlp(3);
    const before = model.getWeights().map((weight) => weight.dataSync().slice());
    const made = criterion();
    const numTensors = tf.memory().numTensors;
    for (const rounds of [1, 5]) {
      const topologies = await initialTopologies(model, {density: 0.1, criterion: made, rounds});
      expect(nnzOf(topologies)).toBe(51);
    }
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(before);
    expect(
      (model.layers.at(-1) as unknown as {activation: tf.serialization.Serializable}).activation.getClassName(),
    ).toBe('softmax');
  });

  it('SynFlow empties no layer at density 0.01, where SNIP in one round does', async () => {
    const model = mlp(12);
    const empty = async (criterion: ReturnType<typeof synflow>, rounds: number) =>
      Object.values(await initialTopologies(model, {density: 0.01, criterion, rounds})).filter(({nnz}) => nnz === 0)
        .length;
    expect(await empty(synflow(), 100)).toBe(0);
    expect(await empty(snip(someData()), 1)).toBeGreaterThan(0);
  });

  it('a connection that FORCE left out can return, one that SNIP left out cannot', async () => {
    const data = someData();
    const returned = async (criterion: ReturnType<typeof snip>) => {
      const masks: string[] = [];
      let lost = 0;
      let previous: Uint8Array | undefined;
      const watching = {
        ...criterion,
        scores: async (model: tf.LayersModel, kernels: Parameters<typeof criterion.scores>[1]) => {
          const mask = Uint8Array.from(kernels[0].variable.dataSync(), (weight) => Number(weight !== 0));
          if (previous) lost += mask.filter((active, i) => active === 1 && previous![i] === 0).length;
          previous = mask;
          masks.push(mask.join(''));
          return criterion.scores(model, kernels);
        },
      };
      await initialTopologies(mlp(), {density: 0.1, criterion: watching, rounds: 8});
      return lost;
    };
    expect(await returned(force(data))).toBeGreaterThan(0);
    expect(await returned(snip(data))).toBe(0);
  });

  it('GraSP scores high what the norm of the gradient needs, by finite differences', async () => {
    const model = mlp();
    const data = {...someData(), training: false};
    const variables = model.trainableWeights
      .filter(({shape}) => shape.length === 2)
      .map((weight) => weight.read() as tf.Variable);
    const halfNorm = () => {
      const {grads} = tf.variableGrads(
        () => tf.metrics.categoricalCrossentropy(data.y, model.apply(data.x) as tf.Tensor).mean() as tf.Scalar,
        variables,
      );
      return Object.values(grads).reduce((sum, gradient) => sum + gradient.square().sum().dataSync()[0] / 2, 0);
    };
    const kernelsOf = variables.map((variable) => ({variable, weights: variable.dataSync<'float32'>().slice()}));
    const scores = await grasp(data).scores(model, kernelsOf);
    const {variable, weights} = kernelsOf[1];
    // The derivative of half the squared norm along a weight is (H g) of it, and the score is the weight times that.
    const positions = [...scores[1].keys()].sort((a, b) => Math.abs(scores[1][b]) - Math.abs(scores[1][a])).slice(0, 5);
    for (const position of positions) {
      const at = (distance: number) => {
        variable.assign(
          tf.tensor(
            weights.map((w, i) => (i === position ? w + distance : w)),
            variable.shape,
          ),
        );
        return halfNorm();
      };
      const derivative = (at(0.01) - at(-0.01)) / 0.02;
      expect(scores[1][position] / (weights[position] * derivative)).toBeCloseTo(1, 1);
    }
  });

  it('gives a structure to every layer, random or by score', async () => {
    for (const [structure, criterion] of [
      [constantFanIn(), random()],
      [blocks([4, 4]), magnitude()],
    ] as const) {
      const options = {density: 0.25, criterion, scope: 'layer', structure, seed: 1} as const;
      const topologies = await initialTopologies(mlp(3), options);
      for (const topology of Object.values(topologies)) {
        expect(structure.violation(topology)).toBeUndefined();
        expect(topology.nnz).toBeGreaterThan(0);
      }
      expect(nnzOf(topologies)).toBeLessThanOrEqual(0.25 * 512);
      const again = await initialTopologies(mlp(3), options);
      expect(Object.values(again).every((topology, i) => topology.equals(Object.values(topologies)[i]))).toBe(true);
    }
  });

  it('leaves a model as it was, sparse layers whose constraint would change them among it', async () => {
    const kernelConstraint = tf.constraints.maxNorm({maxValue: 0.1, axis: 0});
    const model = tf.sequential({
      layers: [
        maskedDense({inputShape: [12], units: 8, density: 0.5, seed: 1, kernelConstraint}),
        tf.layers.dense({units: 4, kernelConstraint}),
      ],
    });
    const before = kernels(model);
    await initialTopologies(model, {density: 0.5, criterion: magnitude()});
    expect(kernels(model)).toEqual(before);
    expect(kernels(sparsify(model, {density: 0.5}))[0]).toEqual(before[0]);
  });

  it('asks a schedule once for each round but the last', async () => {
    const schedule = vi.fn((round: number) => 1 - round / 5);
    const model = mlp();
    const topologies = await initialTopologies(model, {density: 0.25, criterion: magnitude(), rounds: 4, schedule});
    expect(schedule.mock.calls).toEqual([[1], [2], [3]]);
    expect(nnzOf(topologies)).toBe(64);
    model.dispose();
  });

  it('refuses, in one sentence, options that do not go together', async () => {
    const choosing = (options: object) => initialTopologies(mlp(), {density: 0.1, criterion: magnitude(), ...options});
    await expect(choosing({rounds: 0})).rejects.toThrow(
      new RangeError('initialTopologies: rounds must be a positive integer, received 0. Leave it out for one.'),
    );
    for (const [name, value] of Object.entries({
      structure: constantFanIn(),
      distribution: 'uniform',
      firstLayerDense: true,
      lastLayerDense: true,
      densities: {output: 0.9},
    })) {
      await expect(choosing({[name]: value})).rejects.toThrow(
        `initialTopologies: scope must be 'layer' where ${name} is given, received 'network'. To leave layers dense there, use filter.`,
      );
    }
    await expect(choosing({scope: 'global'})).rejects.toThrow(
      `initialTopologies: scope must be one of network, layer, received "global". Leave it out for 'network'.`,
    );
    await expect(choosing({schedule: 'cosine', rounds: 2})).rejects.toThrow(
      'initialTopologies: schedule must be one of exponential, linear, received "cosine". Or give the density after each round by a function.',
    );
    await expect(choosing({criterion: taylor()})).rejects.toThrow(
      'initialTopologies: criterion must have scores without a gradient, received taylor. Use snip(data) or magnitude().',
    );
    await expect(choosing({density: 5})).rejects.toThrow(/density must be in \(0, 1\], received 5/);
    const broken = {name: 'broken', scores: async () => [new Float32Array(192).fill(Number.NaN), new Float32Array(64)]};
    await expect(choosing({criterion: broken})).rejects.toThrow(
      /scores of "hidden1" must be finite, received NaN at position 0\./,
    );
  });

  it('refuses targets that the cross-entropy would broadcast, or of which it is always 0, unless there is a loss', async () => {
    const x = tf.randomUniform([8, 12], -1, 1, 'float32', 1);
    const labels = tf.range(0, 8).mod(tf.scalar(2)).expandDims(1);
    const binary = tf.sequential();
    binary.add(tf.layers.dense({name: 'hidden', units: 16, activation: 'relu', inputShape: [12]}));
    binary.add(tf.layers.dense({name: 'output', units: 1, activation: 'sigmoid'}));
    for (const criterion of [snip, force, grasp]) {
      for (const [model, output] of [
        [mlp(), 4],
        [binary, 1],
      ] as const) {
        await expect(initialTopologies(model, {density: 0.5, criterion: criterion({x, y: labels})})).rejects.toThrow(
          new RangeError(
            'initialTopologies: y must be one-hot, in the shape of the only output and of two classes or more, received [8,1] for ' +
              `[[null,${output}]]. For other targets give a loss, such as {x, y, loss: tf.metrics.binaryCrossentropy}.`,
          ),
        );
      }
    }
    const criterion = snip({x, y: labels, loss: tf.metrics.binaryCrossentropy});
    const {output} = await initialTopologies(binary, {density: 0.5, criterion});
    expect(output.nnz).toBeGreaterThan(0);
  });

  it('refuses a model in which no layer can become sparse, as sparsify does', async () => {
    const options = {density: 0.5, criterion: magnitude()};
    await expect(initialTopologies(mlp(), {...options, filter: ({name}) => name === 'hiden1'})).rejects.toThrow(
      /^initialTopologies: model must have a Dense or Conv2D layer that the filter accepts, received .* with hidden1 \(left out by the filter\), output/,
    );
    await expect(initialTopologies(sparsify(mlp(), {density: 0.5}), options)).rejects.toThrow(
      /hidden1 \(was sparse already\)/,
    );
  });

  it('SynFlow leaves out a softmax of its own layer, of a nested model and inside of a wrapper, and puts it back', async () => {
    const units = (name: string, count: number, activation?: 'relu' | 'softmax', inputShape?: number[]) =>
      tf.layers.dense({name, units: count, activation, inputShape, kernelInitializer: 'ones'});
    const hidden = () => units('hidden', 6, 'relu', [5]);
    const nested = (last: tf.layers.Layer[]) => {
      const input = tf.input({shape: [5]});
      const inner = tf.sequential({layers: [hidden(), ...last]});
      return tf.model({inputs: input, outputs: inner.apply(input) as tf.SymbolicTensor});
    };
    const each = (layer: tf.layers.Layer, inputShape?: number[]) => tf.layers.timeDistributed({layer, inputShape});
    for (const [model, shape] of [
      [tf.sequential({layers: [hidden(), units('output', 4), tf.layers.softmax()]}), [2, 5]],
      [nested([units('output', 4, 'softmax')]), [2, 5]],
      [nested([units('output', 4), tf.layers.softmax()]), [2, 5]],
      [
        tf.sequential({layers: [each(units('hidden', 6, 'relu'), [3, 5]), each(units('output', 4, 'softmax'))]}),
        [2, 3, 5],
      ],
    ] as const) {
      const predicted = () => tf.tidy(() => (model.predict(tf.ones([...shape])) as tf.Tensor).dataSync().slice());
      const before = predicted();
      const [first, last] = Object.values(
        await initialTopologies(model, {density: 0.3, criterion: synflow(), rounds: 10}),
      );
      expect(first.nnz).toBeGreaterThan(0);
      expect(last.nnz).toBeGreaterThan(0);
      expect(predicted()).toEqual(before);
    }
  });

  it('scores kernels that are frozen, and those on which the loss does not depend, as 0', async () => {
    const input = tf.input({shape: [12]});
    const hidden = tf.layers.dense({name: 'hidden', units: 8, activation: 'relu'}).apply(input) as tf.SymbolicTensor;
    const heads = ['first', 'second'].map((name) => tf.layers.dense({name, units: 4, activation: 'softmax'}));
    const outputs = heads.map((head) => head.apply(hidden) as tf.SymbolicTensor);
    const model = tf.model({inputs: input, outputs});
    const data = someData();
    const choosing = (loss?: (target: tf.Tensor, output: tf.Tensor) => tf.Tensor) =>
      initialTopologies(model, {density: 0.3, criterion: snip({...data, loss})});
    await expect(choosing()).rejects.toThrow(/received \[\d+,4\] for \[\[null,4\],\[null,4\]\]/);
    const ofFirst = (y: tf.Tensor, output: tf.Tensor) =>
      tf.metrics.categoricalCrossentropy(y, (output as unknown as tf.Tensor[])[0]);
    const thawed = await choosing(ofFirst);
    expect(thawed.hidden.nnz).toBeGreaterThan(0);
    expect(thawed.second.nnz).toBe(0);
    const masks = ({hidden, first}: typeof thawed) => [hidden, first].map((topology) => [...topology.mask()]);
    model.layers[1].trainable = false;
    expect(masks(await choosing(ofFirst))).toEqual(masks(thawed));
    model.trainable = false;
    expect(masks(await choosing(ofFirst))).toEqual(masks(thawed));
    expect(nnzOf(await initialTopologies(model, {density: 0.3, criterion: synflow()}))).toBe(nnzOf(thawed));
  });
});
