import * as tf from '@tensorflow/tfjs';
import {maskedConv2d, maskedDense, seededRandom, sparseWeights, sparsify, Topology} from 'itop';
import {loadSparse, saveSparse} from 'itop/files';
import {expect, it, vi} from 'vitest';
import {decodeContainer, encodeContainer, jsonOf, jsonPart, partOf} from '../../src/io/container.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {memoryStore} from '../support/resumedTraining.ts';

/** Convolution, moving averages, a dense layer of stock and a sparse one of high density. */
function network(): tf.Sequential {
  const model = tf.sequential({
    layers: [
      maskedConv2d({filters: 6, kernelSize: 3, density: 0.08, seed: 1, inputShape: [7, 6, 4], activation: 'relu'}),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      maskedDense({units: 9, density: 0.6, seed: 2, activation: 'tanh'}),
      tf.layers.dense({units: 3, kernelInitializer: tf.initializers.glorotUniform({seed: 3})}),
    ],
  });
  const averages = model.layers[1];
  tf.tidy(() => averages.setWeights(averages.weights.map((_, i) => tf.linspace(0.5, 1 + i, 6))));
  return model;
}

const input = () => tf.linspace(-1, 1, 2 * 168).reshape([2, 7, 6, 4]);
const predictions = (model: tf.LayersModel) => tf.tidy(() => (model.predict(input()) as tf.Tensor).dataSync().slice());
const valuesIn = (model: tf.LayersModel) => sparseWeights(model).map(({weight}) => weight.variable.dataSync().slice());

describeBackends('a file of a sparse model', () => {
  it('gives the same model back, sparse and plain', async () => {
    const model = network();
    const store = memoryStore();
    await saveSparse(store, model);
    const [sparse, dense] = [await loadSparse(store), await loadSparse(store, {dense: true})];
    expect(valuesIn(sparse)).toEqual(valuesIn(model));
    expect(sparseWeights(sparse).map(({weight}) => weight.topology)).toEqual(
      sparseWeights(model).map(({weight}) => weight.topology),
    );
    expect(predictions(sparse)).toEqual(predictions(model));
    expect(sparseWeights(dense)).toEqual([]);
    expectClose(predictions(dense), predictions(model), 1e-5);
    for (const each of [model, sparse, dense]) each.dispose();
  });

  it('is of the moment of the call, though other weights are set before it is written', async () => {
    const model = network();
    const before = predictions(model);
    const topologies = sparseWeights(model).map(({weight}) =>
      Topology.random(weight.topology.shape, weight.topology.nnz, seededRandom(9)),
    );
    const store = memoryStore();
    const saving = saveSparse(store, model);
    for (const [i, {weight}] of sparseWeights(model).entries()) weight.topology = topologies[i];
    await saving;
    const loaded = await loadSparse(store);
    expect(predictions(loaded)).toEqual(before);
    for (const each of [model, loaded]) each.dispose();
  });

  it('holds float16 and int8 within their errors', async () => {
    const model = network();
    for (const kind of ['float16', 'int8'] as const) {
      const store = memoryStore();
      await saveSparse(store, model, {values: kind});
      const loaded = await loadSparse(store);
      sparseWeights(model).forEach(({weight}, i) => {
        const [before, after] = [weight.variable.dataSync(), valuesIn(loaded)[i]];
        const {colIdx} = weight.topology;
        before.forEach((value, slot) => {
          const column = before.filter((_, other) => colIdx[other] === colIdx[slot]);
          const largest = Math.max(...column.map(Math.abs));
          const error = kind === 'float16' ? Math.max(Math.abs(value) / 2048, 2 ** -25) : (largest / 254) * 1.00001;
          expect(Math.abs(after[slot] - value)).toBeLessThanOrEqual(error);
        });
      });
      loaded.dispose();
    }
    model.dispose();
  });
}, ['cpu', 'wasm']);

/** Two nested models with layers of equal names and shapes, one of them with moving averages. */
function nestedModel(): tf.Sequential {
  const inner = (name: string, more: tf.layers.Layer[] = []) =>
    tf.sequential({name, layers: [tf.layers.dense({name: 'fc', units: 6, inputShape: [6]}), ...more]});
  const [first, second] = [inner('first', [tf.layers.batchNormalization({name: 'norm'})]), inner('second')];
  const model = sparsify(tf.sequential({layers: [first, second, tf.layers.dense({units: 6})]}), {
    density: 0.5,
    seed: 1,
  });
  // Every number is another one, and moving variances are positive.
  let begin = 1;
  tf.tidy(() => {
    for (const weight of model.weights.filter(({name}) => !name.endsWith('topology'))) {
      const shape = weight.shape as number[];
      weight.write(tf.linspace(begin, begin + 1, tf.util.sizeFromShape(shape)).reshape(shape));
      begin++;
    }
  });
  return model;
}

const freezings: Record<string, (model: tf.LayersModel) => unknown> = {
  nothing: () => {},
  'a nested model': (model) => Object.assign(model.layers[0], {trainable: false}),
  'the second one': (model) => Object.assign(model.layers[1], {trainable: false}),
  'the model itself': (model) => Object.assign(model, {trainable: false}),
  'a layer in a nested model': (model) =>
    Object.assign((model.layers[0] as tf.Sequential).layers[0], {trainable: false}),
};

it.each(
  Object.entries(freezings),
)('gives a model back in which %s was frozen, and freezes it again', async (_, freeze) => {
  const model = nestedModel();
  freeze(model);
  const store = memoryStore();
  await saveSparse(store, model);
  const [sparse, dense] = [await loadSparse(store), await loadSparse(store, {dense: true})];
  const predicted = (each: tf.LayersModel) =>
    tf.tidy(() => (each.predict(tf.linspace(-1, 1, 12).reshape([2, 6])) as tf.Tensor).dataSync().slice());
  const trained = (each: tf.LayersModel) => each.trainableWeights.map(({originalName}) => originalName);
  expect(predicted(sparse)).toEqual(predicted(model));
  expectClose(predicted(dense), predicted(model), 1e-5);
  expect(trained(sparse)).toEqual(trained(model));
  expect(trained(dense)).toEqual(trained(model).map((name) => name.replace(/values$/, 'kernel')));
  for (const each of [model, sparse, dense]) each.dispose();
});

it('gives a model back in which a bidirectional layer was frozen, and freezes it again', async () => {
  const model = sparsify(
    tf.sequential({
      layers: [
        tf.layers.bidirectional({
          layer: tf.layers.lstm({units: 2}) as tf.RNN,
          mergeMode: 'concat',
          inputShape: [3, 4],
        }),
        tf.layers.dense({units: 2}),
      ],
    }),
    {density: 0.5, seed: 1},
  );
  model.layers[0].trainable = false;
  const store = memoryStore();
  await saveSparse(store, model);
  const loaded = await loadSparse(store);
  expect(loaded.layers.map(({trainable}) => trainable)).toEqual([false, true]);
  expect(loaded.trainableWeights.length).toBe(2);
  for (const each of [model, loaded]) each.dispose();
});

it('is read as before where it is of version 1, whose weights are in the order of the model', async () => {
  const model = network();
  const store = memoryStore();
  await saveSparse(store, model);
  const {metadata, parts} = decodeContainer(store.bytes, {where: 'test'});
  const {trainable, ...state} = jsonOf(parts.get('state')!) as {trainable: unknown; shapes: number[][]};
  const values = sparseWeights(model).map(({weight}) => weight.values);
  const others = model.weights.filter((weight) => !values.includes(weight) && !weight.name.endsWith('topology'));
  const earlier = new Map(parts);
  others.forEach((weight, i) => {
    earlier.set(`weights/${i}`, partOf(weight.read().dataSync<'float32'>(), weight.shape as number[]));
  });
  const shapes = others.map(({shape}) => shape);
  expect(shapes).not.toEqual(state.shapes);
  earlier.set('state', jsonPart({...state, shapes}));
  const loaded = await loadSparse(encodeContainer({metadata: {...metadata, version: '1'}, parts: earlier}));
  expect(predictions(loaded)).toEqual(predictions(model));
  for (const each of [model, loaded]) each.dispose();
});

it('writes positions in the way that takes fewer bytes', async () => {
  const store = memoryStore();
  const model = network();
  await saveSparse(store, model);
  const {parts} = decodeContainer(store.bytes, {where: 'test'});
  expect([...parts.keys()].filter((name) => name.startsWith('places'))).toEqual(['places/0/gaps', 'places/1/bits']);
  model.dispose();
});

it.each<[string, (state: Record<string, unknown>, parts: Map<string, unknown>) => void, string]>([
  [
    'a huge layer in a small file',
    (state) => Object.assign((state.sparse as object[])[0], {shape: [3e8, 40]}),
    'source must be a model of at most 1073741824 numbers, received one of 12000',
  ],
  ['another number of connections', (state) => Object.assign((state.sparse as object[])[0], {nnz: 3}), 'connections'],
  ['values that are missing', (_, parts) => parts.delete('values/1'), 'received the connections of layer 1'],
  ['weights that are missing', (_, parts) => parts.delete('weights/0'), 'must hold the weights that its model has'],
  [
    'a huge stock layer in a small file',
    (state) => {
      const {config} = state.model as {config: {layers: {config: object}[]}};
      Object.assign(config.layers[4].config, {units: 1e9});
    },
    'source must be a model of at most 1073741824 numbers, received one of at least',
  ],
  [
    'layers of one name, which TensorFlow.js finds when the model is built',
    (state) => {
      const {config} = state.model as {config: {layers: {config: object}[]}};
      for (const layer of config.layers.slice(-2)) Object.assign(layer.config, {name: 'twice'});
    },
    'source must hold a model that can be made, received',
  ],
  ['no model', (state) => Object.assign(state, {model: {}}), 'source must hold a model that can be made'],
  ['no layers', (state) => delete state.sparse, 'must hold the weights that its model has'],
])('refuses %s', async (_, change, message) => {
  const store = memoryStore();
  const model = network();
  await saveSparse(store, model);
  const {metadata, parts} = decodeContainer(store.bytes, {where: 'test'});
  const state = jsonOf(parts.get('state')!) as Record<string, unknown>;
  const changed = new Map<string, never>(parts as never);
  change(state, changed);
  changed.set('state', jsonPart(state) as never);
  await expect(loadSparse(encodeContainer({metadata, parts: changed}))).rejects.toThrow(message);
  model.dispose();
});

it('is fetched from an address, piece by piece, up to a limit', async () => {
  const store = memoryStore();
  const model = network();
  await saveSparse(store, model);
  const address = `data:application/octet-stream;base64,${Buffer.from(store.bytes).toString('base64')}`;
  const loaded = await loadSparse(address);
  expect(valuesIn(loaded)).toEqual(valuesIn(model));
  await expect(loadSparse(address, {maxBytes: 1000})).rejects.toThrow('source must have at most 1000 bytes, received');
  for (const each of [model, loaded]) each.dispose();
});

it.each<[string, ResponseInit]>([
  ['says that it has more bytes', {headers: {'content-length': '1001'}}],
  ['turns out to have more bytes', {}],
  ['has another status', {status: 404}],
])('ends a download that %s', async (_, init) => {
  const cancel = vi.fn();
  const body = new ReadableStream({pull: (controller) => controller.enqueue(new Uint8Array(400)), cancel});
  const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, init));
  await expect(loadSparse('model.safetensors', {maxBytes: 1000})).rejects.toThrow('loadSparse: source must ');
  expect(cancel).toHaveBeenCalledOnce();
  fetched.mockRestore();
});

it.each([
  '<!DOCTYPE html>',
  '\n<html lang="en">',
  '\uFEFF<!-- a page --><html>',
])('says that an address gives a page, which begins with %j', async (page) => {
  const address = `data:text/html,${encodeURIComponent(`${page}<body>${'Hello. '.repeat(90)}</body></html>`)}`;
  await expect(loadSparse(address)).rejects.toThrow(
    /^loadSparse: source must be an address that can be fetched, received "data:.*, which gives an HTML page\. Check the address: many/,
  );
});

it('refuses a layer that is in two models, of which no file could make one', async () => {
  const shared = tf.layers.dense({name: 'shared', units: 6});
  const inner = tf.sequential({name: 'inner', layers: [tf.layers.inputLayer({inputShape: [6]}), shared]});
  const input = tf.input({shape: [6]});
  const model = tf.model({
    name: 'outer',
    inputs: input,
    outputs: shared.apply(inner.apply(input)) as tf.SymbolicTensor,
  });
  const store = memoryStore();
  await expect(saveSparse(store, model)).rejects.toThrow(
    'saveSparse: a layer must belong to one model, received "shared" in both "',
  );
  expect(store.bytes).toHaveLength(0);
  model.dispose();
});

it('refuses numbers that are too large for float16', async () => {
  const model = network();
  const [{weight}] = sparseWeights(model);
  weight.variable.assign(tf.fill([weight.topology.nnz], 1e6));
  await expect(saveSparse(memoryStore(), model, {values: 'float16'})).rejects.toThrow(
    'saveSparse: values must be at most 65504 for float16, received 1000000. Save them as float32.',
  );
  model.dispose();
});

it('holds the largest float32 as int8', async () => {
  const model = network();
  const [{weight}] = sparseWeights(model);
  const largest = (2 - 2 ** -23) * 2 ** 127;
  const values = Float32Array.from({length: weight.topology.nnz}, (_, i) => (-1) ** i * largest * (1 - i / 1000));
  weight.variable.assign(tf.tensor1d(values));
  const store = memoryStore();
  await saveSparse(store, model, {values: 'int8'});
  const loaded = await loadSparse(store);
  valuesIn(loaded)[0].forEach((value, i) => {
    expect(Math.abs(value - values[i])).toBeLessThanOrEqual((largest / 254) * 1.00001);
  });
  for (const each of [model, loaded]) each.dispose();
});

it.each<[string, object[]]>([
  ['a dense layer', [{class_name: 'Dense', config: {units: 1e9, batch_input_shape: [null, 2]}}]],
  [
    'a repetition, flattened',
    [
      {class_name: 'RepeatVector', config: {n: 1e8, batch_input_shape: [null, 4]}},
      {class_name: 'Flatten', config: {}},
      {class_name: 'Dense', config: {units: 5}},
    ],
  ],
  [
    'a repetition in front of a sparse layer',
    [
      {class_name: 'RepeatVector', config: {n: 1e8, batch_input_shape: [null, 4]}},
      {class_name: 'Flatten', config: {}},
      {class_name: 'ItopMaskedDense', config: {units: 5, nnz: 1}},
    ],
  ],
  [
    'many layers, each of them within the limit',
    Array.from({length: 30}, () => ({class_name: 'Dense', config: {units: 1000, batch_input_shape: [null, 1000]}})),
  ],
])('refuses a small file that describes %s too large, before it takes memory', async (_, layers) => {
  const model = network();
  const store = memoryStore();
  await saveSparse(store, model);
  const {metadata, parts} = decodeContainer(store.bytes, {where: 'test'});
  const state = jsonOf(parts.get('state')!) as {model: object};
  const forged = {...state, model: {class_name: 'Sequential', config: {name: 'forged', layers}}};
  const bytes = encodeContainer({metadata, parts: new Map([...parts, ['state', jsonPart(forged)]])});
  const [before, tensors] = [process.memoryUsage().rss, tf.memory().numTensors];
  await expect(loadSparse(bytes, {maxSize: 2 ** 22})).rejects.toThrow(
    /^loadSparse: source must be a model of at most 4194304 numbers, received one of at least \d+\. If/,
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  expect(tf.memory().numTensors).toBe(tensors);
  model.dispose();
});

it('never fetches what a file names', async () => {
  const model = network();
  const store = memoryStore();
  await saveSparse(store, model);
  const {metadata, parts} = decodeContainer(store.bytes, {where: 'test'});
  const state = jsonOf(parts.get('state')!) as {model: object};
  const weightsManifest = [{paths: ['x.bin'], weights: [{name: 'x', shape: [1], dtype: 'float32'}]}];
  const forged = {...state, model: {modelTopology: state.model, weightsManifest, pathPrefix: 'http://127.0.0.1:9/'}};
  const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('fetched'));
  const bytes = encodeContainer({metadata, parts: new Map([...parts, ['state', jsonPart(forged)]])});
  await expect(loadSparse(bytes)).rejects.toThrow('source must hold a model that can be made');
  expect(fetched).not.toHaveBeenCalled();
  fetched.mockRestore();
  model.dispose();
});
