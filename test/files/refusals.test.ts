import {runInNewContext} from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import {
  RigLScheduler,
  RunLog,
  SETScheduler,
  seededRandom,
  setPruning,
  sparseWeights,
  targetedDropout,
  toDense,
} from 'itop';
import {type CheckpointParts, Checkpoints, loadCheckpoint, saveCheckpoint} from 'itop/files';
import {describe, expect, it} from 'vitest';
import {type Container, decodeContainer, encodeContainer, jsonOf, jsonPart} from '../../src/io/container.ts';
import {memoryStore, startTraining} from '../support/resumedTraining.ts';
import {someData} from '../support/training.ts';

await tf.setBackend('cpu');

const every = {updateInterval: 3, dropFraction: 0.3, seed: 5};
const set = (model: tf.LayersModel) => new SETScheduler(model, every);
const start = (optimizer = tf.train.adam(0.05), scheduler: Parameters<typeof startTraining>[1] = set, options = {}) =>
  startTraining(optimizer, scheduler, options);

/** The file of a training after some steps. */
async function savedFile(steps = 5, more: Partial<CheckpointParts> = {}): Promise<Uint8Array> {
  const store = memoryStore();
  const training = start();
  await training.train(0, steps);
  const {model, scheduler} = training;
  await saveCheckpoint(store, {model, scheduler, ...more});
  training.end();
  return store.bytes;
}

/** The file with another content, and right checksums. */
function altered(file: Uint8Array, change: (state: Record<string, never>, container: Container) => void): Uint8Array {
  const {metadata, parts} = decodeContainer(file, {where: 'test'});
  const changed = {metadata: {...metadata}, parts: new Map(parts)};
  const state = jsonOf(parts.get('state')!) as Record<string, never>;
  change(state, changed);
  changed.parts.set('state', jsonPart(state));
  return encodeContainer(changed);
}

/** The message with which a file is refused; the training must stay what it is. */
async function refusal(file: Uint8Array, training = start(), hasScheduler = true): Promise<string> {
  await training.train(0, 2);
  const before = JSON.stringify(training.scheduler.toJSON());
  const values = () => training.model.getWeights().map((weight) => [...weight.dataSync()]);
  const weights = values();
  const {numTensors} = tf.memory();
  const {model, scheduler} = training;
  const error = await loadCheckpoint(file, {model, ...(hasScheduler && {scheduler})}).then(
    () => new Error('accepted'),
    (reason: Error) => reason,
  );
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(JSON.stringify(scheduler.toJSON())).toBe(before);
  expect(values()).toEqual(weights);
  training.end();
  return error.message;
}

describe('a checkpoint', () => {
  it('holds log and data, and gives them back', async () => {
    const store = memoryStore();
    const {model, scheduler, ...training} = start();
    const lines: string[] = [];
    const log = new RunLog(model, (line) => lines.push(line), {name: 'SET', scheduler});
    const random = seededRandom(3);
    random();
    const {x, y} = someData(16);
    await model.trainOnBatch(x, y);
    await log.step(16);
    const id = await saveCheckpoint(store, {model, scheduler, log, data: {epoch: 2, random: random.state()}});
    const loaded = await loadCheckpoint(store, {model, scheduler});
    expect(loaded).toMatchObject({id, step: 1, data: {epoch: 2, random: random.state()}, log: {step: 1}});
    new RunLog(model, (line) => lines.push(line), {name: 'SET', scheduler, resume: loaded.log});
    tf.dispose([x, y]);
    training.end();
  });

  it('is saved every so many steps, and at the end', async () => {
    const {model, scheduler, ...training} = start();
    const steps: number[] = [];
    const write = async (bytes: Uint8Array) => {
      steps.push((await loadCheckpoint(bytes, {model, scheduler})).step);
    };
    const checkpoints = new Checkpoints({write}, {model, scheduler, everySteps: 3});
    const {x, y} = someData(32);
    await model.fit(x, y, {
      epochs: 2,
      batchSize: 8,
      verbose: 0,
      callbacks: [scheduler.callback(), checkpoints.callback()],
    });
    expect(steps).toEqual([3, 6, 8]);
    tf.dispose([x, y]);
    training.end();
  });

  it('is saved whenever a loop says so, and at the end once', async () => {
    for (const everySteps of [undefined, 3]) {
      const {model, scheduler, ...training} = start();
      let saves = 0;
      const target = {
        write: async () => {
          saves++;
        },
      };
      const checkpoints = new Checkpoints(target, {model, scheduler, everySteps});
      await checkpoints.save();
      await training.train(0, 3);
      await checkpoints.save();
      expect(saves).toBe(2);
      for (let step = 3; step < 6; step++) {
        await training.train(step, 1);
        await checkpoints.step();
      }
      await checkpoints.save();
      expect(saves).toBe(3);
      // Steps of which it was not told.
      await training.train(6, 1);
      await checkpoints.save();
      expect(saves).toBe(4);
      training.end();
    }
  });

  it('is saved by every IO handler', async () => {
    const training = start();
    await training.train(0, 2);
    const {model, scheduler} = training;
    let saved: tf.io.ModelArtifacts = {};
    const handler = {
      save: async (artifacts: tf.io.ModelArtifacts) => {
        saved = artifacts;
        return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)};
      },
      load: async () => saved,
    };
    await saveCheckpoint(handler, {model, scheduler});
    expect((await loadCheckpoint(handler, {model, scheduler})).step).toBe(2);
    training.end();
  });

  it('without the state of what a layer draws from leaves that source as it is', async () => {
    const drawing = {reparameterization: targetedDropout({targeted: 0.5, rate: 0.5})};
    const store = memoryStore();
    const saved = start(undefined, set, drawing);
    await saved.train(0, 5);
    await saveCheckpoint(store, {model: saved.model, scheduler: saved.scheduler});
    saved.end();
    const older = altered(store.bytes, (state) => {
      for (const layer of (state.model as {sparse: {random?: unknown}[]}).sparse) {
        expect(layer.random).toBeDefined();
        delete layer.random;
      }
    });
    const {model, scheduler, ...training} = start(undefined, set, {...drawing, seed: 2});
    const sources = () => sparseWeights(model).map(({weight}) => weight.random!.state());
    const before = sources();
    expect((await loadCheckpoint(older, {model, scheduler})).step).toBe(5);
    expect(sources()).toEqual(before);
    training.end();
  });

  it.each<[string, unknown]>([
    ['one of the class Map as data.best', {best: new Map([['a', 1]])}],
    ['one of the class Set as data', new Set([1])],
    ['one of the class RegExp as data.1', [1, /x/]],
    ['one of the class Float32Array as data.deep.0', {deep: [Float32Array.of(1, 2)]}],
    ['one of the class ArrayBuffer as data.x', {x: new ArrayBuffer(4)}],
    ['one of the class Promise as data.x', {x: Promise.resolve(1)}],
    ['one of the class Date as data.x', {x: new Date(0)}],
    ['NaN as data.loss', {loss: Number.NaN}],
    ['undefined as data.1', [1, undefined]],
  ])('is never saved with %s, which would be lost', async (received, data) => {
    const error = await savedFile(1, {data}).catch((reason: Error) => reason);
    expect(error).toEqual(
      new TypeError(
        `saveCheckpoint: data must be plain JSON of less than 500 levels, received ${received}. ` +
          'Save numbers, texts, lists and objects of them.',
      ),
    );
  });

  it('takes data of any realm, with −0 as 0', async () => {
    const foreign = runInNewContext('({list: [1, {deep: "text"}], none: null})');
    const state = decodeContainer(await savedFile(1, {data: {foreign, zero: -0, left: undefined}}), {where: 'test'});
    expect(jsonOf(state.parts.get('state')!)).toMatchObject({
      data: {foreign: {list: [1, {deep: 'text'}], none: null}, zero: 0},
    });
  });

  it('is never saved with an optimizer that does not say whose its slots are', async () => {
    const slot = {variable: tf.variable(tf.ones([2]))};
    const optimizer = Object.assign(tf.train.adam(0.05), {extra: [slot]});
    const {model, scheduler, ...training} = start(optimizer);
    await expect(saveCheckpoint(memoryStore(), {model, scheduler})).rejects.toThrow(
      'optimizer: Adam must keep its state in lists of {originalName, variable}, received tensors in "extra". Use an',
    );
    optimizer.extra.pop()!.variable.dispose();
    training.end();
  });

  it('is never saved of a training that has diverged', async () => {
    const {model, scheduler, ...training} = start();
    const [values] = model.trainableWeights;
    (values.read() as tf.Variable).assign(tf.fill(values.shape as number[], Number.NaN));
    const {bytes, ...store} = memoryStore();
    await expect(saveCheckpoint(store, {model, scheduler})).rejects.toThrow(
      'saveCheckpoint: weights "hidden/values" must be finite, received NaN at index 0. The training has diverged',
    );
    expect(bytes.length).toBe(0);
    training.end();
  });
});

describe('a checkpoint is refused, and nothing is changed, where', () => {
  it.each<[string, () => ReturnType<typeof start>, string]>([
    [
      'the optimizer is another one',
      () => start(tf.train.sgd(0.1) as never),
      'optimizer must have the class "Adam" as in the file, received "SGD"',
    ],
    [
      'its settings are others',
      () => start(tf.train.adam(0.05, 0.8)),
      'optimizer must have the beta1 0.9 as in the file, received 0.8',
    ],
    [
      'the method is another one',
      () => start(undefined, (model) => new RigLScheduler(model, every)),
      'grower must be "randomGrowth" as in the state to resume, received "gradientGrowth',
    ],
    [
      'the interval is another one',
      () => start(undefined, (model) => new SETScheduler(model, {...every, updateInterval: 4})),
      'updateInterval must be 3 as in the state to resume, received 4',
    ],
    [
      'the pruner is another one',
      () => start(undefined, (model) => new SETScheduler(model, {...every, pruner: setPruning()})),
      'pruner must be "magnitudePruning" as in the state to resume',
    ],
    [
      'the model has another activation',
      () => start(undefined, set, {activation: 'tanh'}),
      'model must have activation of the layer "hidden" "relu" as in the file, received "tanh"',
    ],
    [
      'the model has another layer',
      () => start(undefined, set, {dropout: 0.5}),
      'model must have className of the layer "output" "ItopMaskedDense" as in the file, received "Dropout"',
    ],
  ])('%s', async (_, training, message) => {
    expect(await refusal(await savedFile(), training())).toContain(message);
  });

  it('the state is nested deeper than 500 levels', async () => {
    const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as never;
    const file = await savedFile();
    for (const levels of [500, 3000]) {
      expect(await refusal(altered(file, (state) => void Object.assign(state, {data: nested(levels)})))).toContain(
        'source must hold the state that was saved, received undefined.',
      );
      await expect(savedFile(1, {data: nested(levels)})).rejects.toThrow('plain JSON of less than 500 levels');
    }
    const deepest = await savedFile(1, {data: nested(499)});
    expect((jsonOf(decodeContainer(deepest, {where: 'test'}).parts.get('state')!) as {data: unknown}).data).toEqual(
      nested(499),
    );
  });

  it('the model is dense', async () => {
    const {model} = start();
    const dense = toDense(model);
    dense.compile({optimizer: tf.train.adam(0.05), loss: 'categoricalCrossentropy'});
    await expect(loadCheckpoint(await savedFile(), {model: dense})).rejects.toThrow(
      'model must have className of the layer "hidden" "ItopMaskedDense" as in the file, received "Dense"',
    );
  });

  it('there is no scheduler, or too many', async () => {
    expect(await refusal(await savedFile(), start(), false)).toContain(
      'scheduler must be given for a checkpoint that has one',
    );
    expect(await refusal(await savedFile(5, {scheduler: undefined}))).toContain('scheduler must be left out');
  });

  it.each<[string, (state: Record<string, never>, container: Container) => void, string]>([
    [
      'the version is another one',
      (_, {metadata}) => Object.assign(metadata, {version: '3'}),
      'must be of the format itop-checkpoint, version 1 or 2, received "itop-checkpoint", version "3"',
    ],
    ['the state is missing', (state) => delete state.optimizer, 'must hold the state that was saved'],
    [
      'weights are missing',
      (_, {parts}) => (parts as Map<string, unknown>).delete('weights/1'),
      'the shape [none] as in the file',
    ],
    [
      'a slot is missing',
      (_, {parts}) => (parts as Map<string, unknown>).delete('slots/0'),
      'optimizer must have the slot',
    ],
    [
      'the topologies are swapped',
      (_, container) => {
        const parts = container.parts as Map<string, unknown>;
        const [a, b] = [parts.get('places/0/bits'), parts.get('places/1/bits')];
        parts.set('places/0/bits', b).set('places/1/bits', a);
      },
      'connections in "hidden", received others',
    ],
    [
      'the scheduler is of another step than the optimizer',
      (state) => Object.assign(state.scheduler, {optimizerSteps: 4}),
      'resume must be of the step of the optimizer, 5 by its own count',
    ],
    [
      'the random state hangs',
      (state) => Object.assign(state.dropout, {c: 0, s0: 0, s1: 0, s2: 0}),
      'must hold the state that was saved',
    ],
    [
      'the random state of a layer hangs',
      (state) => {
        const [layer] = (state.model as {sparse: object[]}).sparse;
        Object.assign(layer, {random: {c: 0, s0: 0, s1: 0, s2: 0}});
      },
      'must hold the state that was saved',
    ],
    [
      'the shape of a layer is huge',
      (state) => Object.assign((state.model as {sparse: object[]}).sparse[0], {shape: [3e8, 40]}),
      'must have the sparse layer "hidden" [300000000,40] as in the file, received "hidden" [12,16]',
    ],
  ])('%s', async (_, change, message) => {
    expect(await refusal(altered(await savedFile(), change))).toContain(message);
  });

  it('the tracker is that of another training', async () => {
    const other = decodeContainer(await savedFile(5), {where: 'test'});
    const training = start(undefined, set, {seed: 3});
    await training.train(0, 5);
    const store = memoryStore();
    await saveCheckpoint(store, {model: training.model, scheduler: training.scheduler});
    training.end();
    const file = altered(store.bytes, (state) => {
      state.scheduler = (jsonOf(other.parts.get('state')!) as typeof state).scheduler;
    });
    expect(await refusal(file)).toContain('resume must be of the connections of the model');
  });

  it('the file is too large, or no file', async () => {
    const {model, scheduler, ...training} = start();
    const file = await savedFile();
    for (const source of [new Blob([file as never]), file, file.slice().buffer as ArrayBuffer]) {
      await expect(loadCheckpoint(source, {model, scheduler, maxBytes: 100})).rejects.toThrow(
        /source must have at most 100 bytes, received \d+\. If a file that large was saved, pass a higher maxBytes\./,
      );
    }
    await expect(loadCheckpoint('not/an/address', {model, scheduler})).rejects.toThrow(
      'source must be an address that can be fetched, received "not/an/address", which fails',
    );
    await expect(loadCheckpoint({} as never, {model, scheduler})).rejects.toThrow('source must be a store');
    training.end();
  });
});
