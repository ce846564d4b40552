import * as tf from '@tensorflow/tfjs';
import {
  groupLasso,
  maskedConv2d,
  maskedDense,
  type Reparameterization,
  softThreshold,
  sparseWeights,
  srSte,
  swat,
  Topology,
  toDense,
  topKast,
} from 'itop';
import {loadTorch, saveTorch} from 'itop/files';
import {describe, expect, it} from 'vitest';
import {decodeContainer, encodeContainer, float32Of, type Part, partOf} from '../../src/io/container.ts';
import {memoryStore} from '../support/resumedTraining.ts';

await tf.setBackend('cpu');

function network(seed = 1): tf.Sequential {
  return tf.sequential({
    layers: [
      maskedConv2d({name: 'conv', filters: 3, kernelSize: [2, 3], density: 0.4, seed, inputShape: [4, 5, 2]}),
      tf.layers.batchNormalization({name: 'norm'}),
      tf.layers.flatten(),
      maskedDense({name: 'hidden', units: 5, density: 0.3, seed: `${seed}/2`}),
      tf.layers.dense({name: 'output', units: 2, kernelInitializer: tf.initializers.glorotUniform({seed})}),
    ],
  });
}

async function saved(model: tf.LayersModel): Promise<{bytes: Uint8Array; parts: Map<string, Part>}> {
  const store = memoryStore();
  await saveTorch(store, model);
  const {parts} = decodeContainer(store.bytes, {where: 'test', acceptsUnchecked: true});
  return {bytes: store.bytes, parts: new Map(parts)};
}

const weightsOf = (model: tf.LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);

describe('a file for PyTorch', () => {
  it('has the layout of PyTorch, by hand', async () => {
    const model = tf.sequential({layers: [maskedDense({name: 'one', units: 2, nnz: 3, inputShape: [3]})]});
    const [{weight}] = sparseWeights(model);
    // [in, out]: row 0 to output 1, row 2 to both.
    weight.topology = Topology.fromPositions([3, 2], [1, 4, 5]);
    weight.variable.assign(tf.tensor1d([10, 20, 30]));
    const {parts} = await saved(model);
    expect(parts.get('one.weight')!.shape).toEqual([2, 3]);
    expect([...float32Of(parts.get('one.weight')!)]).toEqual([0, 0, 20, 10, 0, 30]);
    expect(parts.get('one.mask')).toMatchObject({dtype: 'BOOL', shape: [2, 3]});
    expect([...parts.get('one.mask')!.bytes]).toEqual([0, 0, 1, 1, 0, 1]);
    model.dispose();
  });

  it('has convolutions as [out, in, height, width]', async () => {
    const model = network();
    const {parts} = await saved(model);
    const [{weight}] = sparseWeights(model);
    expect(parts.get('conv.weight')!.shape).toEqual([3, 2, 2, 3]);
    const numbers = float32Of(parts.get('conv.weight')!);
    const values = weight.variable.dataSync();
    weight.topology.positions().forEach((position, slot) => {
      // [kh = 2, kw = 3, in = 2, out = 3]
      const [h, w, i, o] = [
        Math.floor(position / 18),
        Math.floor(position / 6) % 3,
        Math.floor(position / 3) % 2,
        position % 3,
      ];
      expect(numbers[((o * 2 + i) * 2 + h) * 3 + w]).toBe(values[slot]);
    });
    expect([...parts.keys()]).toEqual(
      expect.arrayContaining(['norm.weight', 'norm.bias', 'norm.running_mean', 'norm.running_var', 'output.weight']),
    );
    model.dispose();
  });

  it('comes back, with other masks than the model had', async () => {
    const [model, other] = [network(1), network(2)];
    const {bytes} = await saved(model);
    await loadTorch(bytes, other);
    expect(weightsOf(other)).toEqual(weightsOf(model));
    for (const each of [model, other]) each.dispose();
  });

  it('is of the moment of the call, though other weights are set before it is written', async () => {
    const model = network();
    const {bytes} = await saved(model);
    const saving = saved(model);
    model.setWeights(network(2).getWeights());
    expect((await saving).bytes).toEqual(bytes);
    model.dispose();
  });

  it('leaves the optimizer what it has for other weights than sparse kernels', async () => {
    const [model, other] = [network(1), network(2)];
    const {bytes} = await saved(other);
    model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'meanSquaredError'});
    const [x, y] = [tf.ones([2, 4, 5, 2]), tf.ones([2, 2])];
    await model.trainOnBatch(x, y);
    const momenta = () => {
      const {accumulations} = model.optimizer as unknown as {
        accumulations: {originalName: string; variable: tf.Variable}[];
      };
      return accumulations.map(({originalName, variable}) => [originalName, [...variable.dataSync()]] as const);
    };
    const before = momenta();
    await loadTorch(bytes, model);
    momenta().forEach(([name, numbers], i) => {
      if (name.includes('values')) expect(numbers.every((number) => number === 0)).toBe(true);
      else expect(numbers).toEqual(before[i][1]);
    });
    expect(before.every(([, numbers]) => numbers.some((number) => number !== 0))).toBe(true);
    tf.dispose([x, y]);
    for (const each of [model, other]) each.dispose();
  });

  describe('of layers that make the values with which they predict', () => {
    const reparameterized = (reparameterization?: Reparameterization) => {
      const more = {reparameterization, inputShape: [8]};
      const model = tf.sequential({layers: [maskedDense({name: 'one', units: 4, density: 1, ...more})]});
      const [{weight}] = sparseWeights(model);
      tf.tidy(() => weight.variable.assign(tf.linspace(0.01, 1, 32)));
      return model;
    };
    const kernelOf = (model: tf.LayersModel) =>
      tf.tidy(() => [...tf.transpose(toDense(model).getWeights()[0]).dataSync()]);

    it.each<Reparameterization>([
      topKast({forward: 0.25, backward: 0.5}),
      srSte({n: 1, m: 4}),
      swat({weights: 0.25, activations: 0.5}),
      groupLasso({lambda: 1, groups: 'input', threshold: 0.2}),
    ])('has these, and gives them back: $name', async (reparameterization) => {
      const [model, plain] = [reparameterized(reparameterization), reparameterized()];
      const {bytes, parts} = await saved(model);
      const kernel = kernelOf(model);
      expect([...float32Of(parts.get('one.weight')!)]).toEqual(kernel);
      expect(kernel).not.toEqual(kernelOf(plain));
      for (const other of [reparameterized(reparameterization), plain]) {
        await loadTorch(bytes, other);
        expect(kernelOf(other)).toEqual(kernel);
      }

      const trained = new Map(parts).set('one.weight', partOf(new Float32Array(32).fill(0.1), [4, 8]));
      const before = weightsOf(model);
      await expect(loadTorch(encodeContainer({metadata: {}, parts: trained}), model)).rejects.toThrow(
        `loadTorch: source must have values in "one.weight" of which ${reparameterization.name} makes the same, received others. `,
      );
      expect(weightsOf(model)).toEqual(before);
      for (const each of [model, plain]) each.dispose();
    });

    it('has them without what a layer learns beside, and so does not give them back', async () => {
      const model = reparameterized(softThreshold({initial: -1}));
      const {bytes, parts} = await saved(model);
      expect([...parts.keys()].sort()).toEqual(['one.bias', 'one.mask', 'one.weight']);
      expect([...float32Of(parts.get('one.weight')!)]).toEqual(kernelOf(model));
      await expect(loadTorch(bytes, model)).rejects.toThrow('of which softThreshold makes the same, received others.');
      await loadTorch(bytes, reparameterized());
    });
  });

  it('is not made where two weights have one name', async () => {
    const dense = (name: string) => tf.layers.dense({name, units: 2, inputShape: [2]});
    const model = tf.sequential({layers: [dense('a.b'), tf.sequential({name: 'a', layers: [dense('b')]})]});
    const store = memoryStore();
    await expect(saveTorch(store, model)).rejects.toThrow(
      `saveTorch: weights must have names of their own where '.' stands for '/', received "a.b.weight" twice. Rename a layer.`,
    );
    expect(store.bytes).toHaveLength(0);
    model.dispose();
  });

  it.each<[string, (parts: Map<string, Part>) => void, string]>([
    [
      'a mask is missing',
      (parts) => parts.delete('hidden.mask'),
      'hold the mask "hidden.mask" as booleans of the shape [5,27], received none',
    ],
    [
      'a weight is missing',
      (parts) => parts.delete('norm.bias'),
      'hold "norm.bias" as float32 of the shape [3], received none',
    ],
    [
      'a shape is another one',
      (parts) => parts.set('output.weight', partOf(new Float32Array(10), [5, 2])),
      'hold "output.weight" as float32 of the shape [2,5], received F32 of the shape [5,2]',
    ],
    [
      'a tensor is unknown',
      (parts) => parts.set('more', partOf(new Float32Array(1), [1])),
      'tensors of the model only, received "more"',
    ],
    [
      'a weight is not 0 where its mask is',
      (parts) => parts.set('hidden.weight', partOf(new Float32Array(135).fill(1), [5, 27])),
      'must have 0 in "hidden.weight" where "hidden.mask" has, received other numbers',
    ],
    [
      'a weight is not finite',
      (parts) => parts.set('output.bias', partOf(Float32Array.of(0, Number.NaN), [2])),
      'weights "output.bias" must be finite, received NaN at index 1',
    ],
  ])('is refused, and nothing changed, where %s', async (_, change, message) => {
    const [model, other] = [network(1), network(2)];
    const {parts} = await saved(model);
    change(parts);
    const before = weightsOf(other);
    await expect(loadTorch(encodeContainer({metadata: {}, parts}), other)).rejects.toThrow(message);
    expect(weightsOf(other)).toEqual(before);
    for (const each of [model, other]) each.dispose();
  });

  it('is not made of layers that have another form in PyTorch', async () => {
    const model = tf.sequential({layers: [tf.layers.simpleRNN({name: 'rnn', units: 2, inputShape: [3, 2]})]});
    await expect(saveTorch(memoryStore(), model)).rejects.toThrow('received "rnn" of the class SimpleRNN');
    model.dispose();
  });
});
