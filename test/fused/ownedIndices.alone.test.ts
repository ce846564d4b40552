import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {maskedDense, seededRandom, sparseWeights, sparsify, Topology, toDense} from 'itop';
import {releaseTopology} from 'itop/core';
import {beforeEach, describe, expect, it} from 'vitest';
import {arena} from '../../src/fused/arena.ts';
import {explain} from '../../src/fused/explain.ts';
import {collectGarbage} from '../support/garbage.ts';

/** Threads that have ended leave a few words. */
const CREWS = 1024;

function network(seed: number, units = 32): tf.Sequential {
  const options = {units, density: 0.3, activation: 'relu'} as const;
  const model = tf.sequential({
    layers: [
      maskedDense({...options, inputShape: [32], seed: `${seed}/1`}),
      maskedDense({...options, seed: `${seed}/2`}),
      maskedDense({...options, units: 4, seed: `${seed}/3`}),
    ],
  });
  return compiled(model);
}

/** Compiled, from 32 numbers to 32. */
function mapping(seed: number): tf.LayersModel {
  const input = tf.input({shape: [32]});
  const hidden = maskedDense({units: 16, density: 0.3, activation: 'relu', seed: `${seed}/1`}).apply(input);
  const outputs = maskedDense({units: 32, density: 0.3, seed: `${seed}/2`}).apply(hidden) as tf.SymbolicTensor;
  return compiled(tf.model({inputs: input, outputs}));
}

function compiled<Model extends tf.LayersModel>(model: Model): Model {
  model.compile({optimizer: tf.train.momentum(0.01, 0.9), loss: 'meanSquaredError'});
  return model;
}

async function train(model: tf.LayersModel): Promise<void> {
  const [x, y] = [tf.randomUniform([48, 32], -1, 1, 'float32', 1), tf.zeros([48, model.outputs[0].shape[1]!])];
  for (let step = 0; step < 2; step++) await model.trainOnBatch(x, y);
  tf.dispose([x, y]);
}

function weightsOf(model: tf.LayersModel): number[] {
  return model.trainableWeights.flatMap((weight) => [...weight.read().dataSync()]);
}

describe.each(['cpu', 'wasm'])('the index of a compiled program, on %s', (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
  });

  /** A model that was disturbed between steps, and one that was not. */
  async function trainDisturbed(disturb: (model: tf.Sequential) => tf.LayersModel[]): Promise<void> {
    const [model, undisturbed] = [network(1), network(1)];
    expect(explain(model).isFused).toBe(true);
    await train(model);
    await train(undisturbed);
    const others = disturb(model);
    // Takes the room that is free.
    const filling = [2, 3, 4, 5].map((seed) => network(seed));
    for (const other of filling) await train(other);
    await train(model);
    await train(undisturbed);
    expect(weightsOf(model)).toEqual(weightsOf(undisturbed));
    for (const each of [model, undisturbed, ...others, ...filling]) each.dispose();
  }

  it('stays when the model is turned into a dense one', () => trainDisturbed((model) => [toDense(model)]));

  it('stays when its topology is released', () =>
    trainDisturbed((model) => {
      for (const {weight} of sparseWeights(model)) releaseTopology(weight.topology);
      return [];
    }));

  it('stays when another model that has its topologies is disposed', () =>
    trainDisturbed((model) => {
      const dense = toDense(model);
      const topologies = Object.fromEntries(sparseWeights(model).map(({name, weight}) => [name, weight.topology]));
      const twin = sparsify(dense, {density: 1, topologies});
      tf.dispose(twin.predict(tf.zeros([1, 32])));
      twin.dispose();
      return [dense];
    }));

  it('goes with the topology and the program, whichever is the last', async () => {
    const before = arena().heap.bytesInUse;
    const model = network(1);
    await train(model);
    for (const {weight} of sparseWeights(model)) {
      const {shape, nnz} = weight.topology;
      weight.topology = Topology.random(shape, nnz, seededRandom(1));
    }
    await train(model);
    model.dispose();
    expect(arena().heap.bytesInUse - before).toBeLessThanOrEqual(CREWS);
  });

  it.each([
    ['by one thread', 200, 32],
    ['by several threads', 20, 512],
  ])('goes with models that are forgotten, as all that they have in the heap, %s', async (_, models, units) => {
    const use = async (seed: number) => {
      const model = network(seed, units);
      await train(model);
      // tfjs never forgets a variable.
      for (const weight of model.trainableWeights) weight.dispose();
    };
    const {heap} = arena();
    await use(0);
    await collectGarbage(() => heap.bytesInUse <= CREWS);
    const before = heap.bytesInUse;
    for (let seed = 1; seed <= models; seed++) await use(seed);
    expect(heap.bytesInUse).toBeGreaterThan(before + CREWS);
    await collectGarbage(() => heap.bytesInUse - before <= CREWS);
    expect(heap.bytesInUse - before).toBeLessThanOrEqual(CREWS);
  });

  it('goes with models that were applied to the outputs of each other, and are forgotten', async () => {
    const use = async (seed: number) => {
      const [there, back] = [mapping(seed), mapping(seed + 0.5)];
      // Nodes of layers know the models that they lead to: each of the two is reached from the layers of the other.
      there.apply(back.outputs[0]);
      back.apply(there.outputs[0]);
      for (const model of [there, back]) {
        expect(explain(model).isFused).toBe(true);
        await train(model);
      }
      for (const model of [there, back]) for (const weight of model.trainableWeights) weight.dispose();
    };
    const {heap} = arena();
    await use(0);
    await collectGarbage(() => heap.bytesInUse <= CREWS);
    const before = heap.bytesInUse;
    for (let seed = 1; seed <= 4; seed++) await use(seed);
    expect(heap.bytesInUse).toBeGreaterThan(before + CREWS);
    await collectGarbage(() => heap.bytesInUse - before <= CREWS);
    expect(heap.bytesInUse - before).toBeLessThanOrEqual(CREWS);
  });
});
