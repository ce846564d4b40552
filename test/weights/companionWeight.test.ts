import * as tf from '@tensorflow/tfjs';
import {maskedDense, RigLScheduler, seededRandom, setTopologies, sparseWeights, Topology, toDense} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {fileStorage} from '../support/storage.ts';
import {smallModel, someData} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

/** The number that stands for a position: a companion of it shows where a connection comes from. */
const byPosition = (topology: Topology) => Float32Array.from(topology.positions(), (position) => position + 1);

describe('a companion', () => {
  it('follows its connection through 50 updates; a new one gets its number from its value', async () => {
    const model = smallModel(tf.train.adam(0.01));
    const [{weight}] = sparseWeights(model);
    const companion = await weight.addCompanion('place', () => byPosition(weight.topology));
    companion.fresh = (values) => values.map(() => -1);
    const old = new Map(Array.from(weight.topology.positions(), (position) => [position, position + 1]));
    const scheduler = new RigLScheduler(model, {updateInterval: 1, dropFraction: 0.3, seed: 1});
    const {x, y} = someData(4);
    for (let step = 0; step < 50; step++) {
      await model.trainOnBatch(x, y);
      const before = weight.topology;
      await scheduler.step();
      const [was, is] = [before, weight.topology].map((topology) => new Set<number>(topology.positions()));
      for (const position of is) if (!was.has(position)) old.set(position, -1);
      expect([...companion.numbers]).toEqual(Array.from(weight.topology.positions(), (position) => old.get(position)));
    }
  });

  it('is one, also where two ask for it at the same time', async () => {
    const model = smallModel();
    const [{weight}] = sparseWeights(model);
    const before = model.weights.length;
    const both = await Promise.all([1, 2].map((n) => weight.addCompanion('age', (values) => values.map(() => n))));
    expect(both[0]).toBe(both[1]);
    expect(model.weights.length).toBe(before + 1);
  });

  it.each([
    0, 1, 2, 3, 4,
  ])('has a number for each connection, also if these change %i turns before it is made', async (turns) => {
    const model = smallModel(tf.train.sgd(0.1));
    const [{name, weight}] = sparseWeights(model);
    const changed = setTopologies(model, {[name]: Topology.random(weight.topology.shape, 5, seededRandom(3))});
    for (let turn = 0; turn < turns; turn++) await undefined;
    const companion = await weight.addCompanion('age', (values) => values.map(() => 1));
    await changed;
    expect([...companion.numbers]).toEqual([1, 1, 1, 1, 1]);
  });

  it('has no name of another weight of the layer, which files could not tell apart', async () => {
    const [{weight}] = sparseWeights(smallModel());
    for (const name of ['values', 'bias', 'topology']) {
      await expect(weight.addCompanion(name, (values) => values)).rejects.toThrow(
        new RangeError(`SparseWeight: companion must have a name of its own, received "${name}". Choose another one.`),
      );
    }
    expect(weight.companions.size).toBe(0);
  });

  it('stays with the connections that setTopologies keeps', async () => {
    const model = smallModel(tf.train.sgd(0.1));
    const [{name, weight}] = sparseWeights(model);
    const companion = await weight.addCompanion('place', () => byPosition(weight.topology));
    companion.fresh = (values) => values.map(() => -1);
    const before = weight.topology;
    const next = Topology.random(before.shape, 40, seededRandom(3));
    await setTopologies(model, {[name]: next});
    const was = new Set<number>(before.positions());
    expect([...companion.numbers]).toEqual(
      Array.from(next.positions(), (position) => (was.has(position) ? position + 1 : -1)),
    );
  });

  it('is saved and loaded with the model, copied with its weights, and left behind by toDense', async () => {
    const model = smallModel(tf.train.sgd(0.1));
    const [{weight}] = sparseWeights(model);
    await weight.addCompanion('place', () => byPosition(weight.topology));
    const storage = fileStorage();
    await model.save(storage.save);
    const loaded = await tf.loadLayersModel(storage.load());
    const {companions, topology} = sparseWeights(loaded)[0].weight;
    expect([...companions.get('place')!.numbers]).toEqual([...byPosition(weight.topology)]);
    expect(topology.equals(weight.topology)).toBe(true);
    // The frozen twin lists the same weights.
    loaded.trainable = false;
    loaded.setWeights(model.getWeights());
    expect(toDense(model).countParams()).toBe(toDense(smallModel(tf.train.sgd(0.1))).countParams());
  });

  it('needs a finite number for each connection, and is none after an error', async () => {
    const layer = maskedDense({units: 3, inputShape: [4], density: 0.5, seed: 1});
    tf.sequential({layers: [layer]});
    const {sparseWeight: weight} = layer;
    const count = layer.weights.length;
    await expect(weight.addCompanion('sign', () => new Float32Array(2))).rejects.toThrow(
      'sign: fresh must return 6 finite numbers, one for each value, received 2.',
    );
    await expect(weight.addCompanion('sign', (values) => values.fill(Number.NaN))).rejects.toThrow('received 6');
    expect(weight.companions.size).toBe(0);
    expect(layer.weights.length).toBe(count);
  });
});
