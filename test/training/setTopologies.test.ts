import * as tf from '@tensorflow/tfjs';
import {RigLScheduler, SETScheduler, seededRandom, setTopologies, sparseWeights, Topology} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {smallModel, smallNetwork, snapshot, someData, trainSteps, valuesOf} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

const scheduled = (model: tf.LayersModel) =>
  new RigLScheduler(model, {updateInterval: 100, dropFraction: 0.3, seed: 1});

describe('setTopologies', () => {
  it('carries values and optimizer state by hand: what stays keeps both, what is new begins at 0', async () => {
    const model = smallModel(tf.train.adam(0.01));
    await trainSteps(model, scheduled(model), 3);
    const before = snapshot(model);
    const [{name, weight}] = sparseWeights(model);
    const positions = weight.topology.positions();
    const mask = weight.topology.mask();
    const added = mask.indexOf(0);
    // The first connection goes, the others stay, and one comes.
    const next = Topology.fromPositions(
      weight.topology.shape,
      [...positions.slice(1), added].sort((a, b) => a - b),
    );
    await setTopologies(model, {[name]: next});
    const after = snapshot(model);
    expect(weight.topology).toBe(next);
    const carried = (numbers: Float32Array) =>
      Float32Array.from(next.positions(), (position) =>
        position === added ? 0 : numbers[positions.indexOf(position)],
      );
    expect(after.weights[0]).toEqual(carried(before.weights[0]));
    expect(after.slots[0]).toEqual(before.slots[0].map(carried));
    expect(after.slots[0].length).toBe(2);
    expect(after.topologies[1]).toEqual(before.topologies[1]);
  });

  it('refuses where a step is made before it has resolved, and leaves that step as it is', async () => {
    const model = smallModel();
    const [{name, weight}] = sparseWeights(model);
    const {x, y} = someData();
    await model.trainOnBatch(x, y);
    const running = setTopologies(model, {[name]: Topology.random(weight.topology.shape, 5, seededRandom(1))});
    weight.variable.assign(tf.zerosLike(weight.variable));
    const before = snapshot(model);
    await expect(running).rejects.toThrow(
      'setTopologies: weights must not change before the call has resolved. Await it before the next step.',
    );
    expect(snapshot(model)).toEqual(before);
  });

  it('takes any number of connections, with values of your own and fresh state; training goes on and the tracker knows', async () => {
    const model = smallModel();
    const scheduler = scheduled(model);
    await trainSteps(model, scheduler, 3);
    const numTensors = tf.memory().numTensors;
    for (const nnz of [100, 192, 7]) {
      const next = Topology.random([12, 16], nnz, seededRandom(nnz));
      const values = Float32Array.from({length: nnz}, (_, i) => i / 100);
      await setTopologies(model, {hidden: next}, {values: {hidden: values}});
      expect(valuesOf(scheduler.weights[0].weight.variable)).toEqual(values);
      expect(snapshot(model).slots[0]).toEqual([new Float32Array(nnz)]);
      expect(tf.memory().numTensors).toBe(numTensors);
      const [loss] = await trainSteps(model, scheduler, 1);
      expect(Number.isFinite(loss)).toBe(true);
    }
    expect(scheduler.tracker.rates().hidden).toBe(1);
    expect(scheduler.tracker.topology('hidden').nnz).toBe(7);
  });

  it('needs no optimizer', async () => {
    const model = smallNetwork();
    await setTopologies(model, {output: Topology.dense([16, 4])});
    expect(sparseWeights(model)[1].weight.variable.shape).toEqual([64]);
  });

  it('carries the state of the optimizer that the scheduler was given', async () => {
    const model = smallNetwork();
    const optimizer = tf.train.adam(0.01);
    const scheduler = new SETScheduler(model, {updateInterval: 100, dropFraction: 0.3, seed: 1, optimizer});
    const {x, y} = someData();
    const loss = () => tf.losses.softmaxCrossEntropy(y, model.apply(x) as tf.Tensor).asScalar();
    optimizer.minimize(loss);
    await scheduler.step();
    await setTopologies(model, {hidden: Topology.dense([12, 16])});
    optimizer.minimize(loss);
    await scheduler.step();
    expect(snapshot(model, optimizer).slots[0].map(({length}) => length)).toEqual([192, 192]);
  });

  it('tells the scheduler of a model inside, whose layers have other names there', async () => {
    const inner = smallModel();
    const scheduler = scheduled(inner);
    const outer = tf.sequential({layers: [inner]});
    outer.compile({optimizer: 'sgd', loss: 'categoricalCrossentropy'});
    const [{name, weight}] = sparseWeights(outer);
    expect(name).not.toBe(scheduler.weights[0].name);
    await setTopologies(outer, {[name]: Topology.dense([12, 16])});
    expect(scheduler.tracker.topology('hidden')).toBe(weight.topology);
    expect(scheduler.tracker.rates().hidden).toBe(1);
  });

  it('says what went before where it comes between a step and its update by gradient', async () => {
    const model = smallModel();
    const scheduler = new RigLScheduler(model, {updateInterval: 1, dropFraction: 0.3, seed: 1});
    const {x, y} = someData();
    await model.trainOnBatch(x, y);
    await setTopologies(model, {hidden: Topology.dense([12, 16])});
    await expect(scheduler.step()).rejects.toThrow(
      /Call scheduler\.step\(\) after every optimizer step, before setTopologies,/,
    );
  });

  it('changes nothing if one layer is wrong, and says so in one sentence', async () => {
    const model = smallModel();
    await trainSteps(model, scheduled(model), 2);
    const before = snapshot(model);
    const fine = {hidden: Topology.dense([12, 16])};
    await expect(setTopologies(model, {...fine, output: Topology.dense([4, 16])})).rejects.toThrow(
      "setTopologies: topologies must match the sparse layers, received [4,16] for 'output', whose kernel is [16,4]. " +
        'Name the layers as summary(model) does.',
    );
    await expect(setTopologies(model, {...fine, other: Topology.dense([4, 16])})).rejects.toThrow(
      /which is none of hidden, output/,
    );
    await expect(setTopologies(model, fine, {values: {hidden: new Float32Array(3)}})).rejects.toThrow(
      "setTopologies: values of 'hidden' must be 192 finite numbers, one for each connection, received 3.",
    );
    await expect(setTopologies(model, {}, {values: {hidden: new Float32Array(58)}})).rejects.toThrow(
      /received \[none\]/,
    );
    expect(snapshot(model)).toEqual(before);
  });
});
