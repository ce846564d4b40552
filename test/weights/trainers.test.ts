import * as tf from '@tensorflow/tfjs';
import {maskedDense, SETScheduler, seededRandom, setTopologies, sparseWeights, Topology} from 'itop';
import {loadCheckpoint, saveCheckpoint} from 'itop/files';
import {expect, test} from 'vitest';
import {slotsOf} from '../../src/weights/optimizerSlots.ts';
import type {SparseWeight} from '../../src/weights/sparseWeight.ts';
import {describeBackends} from '../support/backends.ts';
import {disposeOptimizer, MapMomentum, OwnMomentum, stockOptimizers, Wrapper} from '../support/optimizers.ts';
import {memoryStore} from '../support/resumedTraining.ts';
import {smallModel, smallNetwork, someData} from '../support/training.ts';

const update = {updateInterval: 1, dropFraction: 0.4, endStep: Number.POSITIVE_INFINITY, seed: 1};
const weightOf = (model: tf.LayersModel): SparseWeight => sparseWeights(model)[0].weight;
const adagrad = () => tf.train.adagrad(0.05, 0.25);

/** The slots of an optimizer for the first sparse layer of a model: the numbers of each connection, by its position. */
async function slotsByPosition(optimizer: tf.Optimizer, model: tf.LayersModel): Promise<Map<number, number[]>> {
  const weight = weightOf(model);
  const slots = slotsOf(optimizer, weight.variable.name, weight.values.originalName);
  const columns = await Promise.all(slots.map(({variable}) => variable.data()));
  for (const column of columns) expect(column.length).toBe(weight.topology.nnz);
  const numbersIn = (slot: number) => columns.map((column) => column[slot]);
  return new Map(Array.from(weight.topology.positions(), (position, slot) => [position, numbersIn(slot)]));
}

/** Connections that stayed have their numbers, and the others the initial one; there are some of both. */
function expectFollowed(before: Map<number, number[]>, after: Map<number, number[]>, initialValue = 0): void {
  const stayed = [...after.keys()].filter((position) => before.has(position));
  expect(stayed.length).toBeGreaterThan(0);
  expect(stayed.length).toBeLessThan(after.size);
  for (const [position, numbers] of after) {
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers).toEqual(before.get(position) ?? numbers.map(() => initialValue));
  }
}

async function trainOnce(model: tf.LayersModel): Promise<void> {
  const {x, y} = someData();
  await model.trainOnBatch(x, y);
  tf.dispose([x, y]);
}

function compileWith(model: tf.LayersModel, optimizer: tf.Optimizer): void {
  model.compile({optimizer, loss: 'categoricalCrossentropy'});
}

/** Another topology of the first layer, of which some connections are the old ones. */
function otherTopology(model: tf.LayersModel, nnz?: number): Topology {
  const {topology} = weightOf(model);
  return Topology.random(topology.shape, nnz ?? topology.nnz, seededRandom(7));
}

describeBackends('a second optimizer of a layer', () => {
  const keeping = [
    ...stockOptimizers.filter(({slots}) => slots > 0),
    {name: 'one’s own', make: () => new OwnMomentum(), initialValue: 0},
  ];

  test.each(keeping)('$name follows the updates made while the model is compiled with another', async ({
    make,
    initialValue,
  }) => {
    const [first, second] = [make(), tf.train.momentum(0.1, 0.9)];
    const model = smallModel(first);
    await trainOnce(model);
    compileWith(model, second);
    await trainOnce(model);
    const before = await slotsByPosition(first, model);
    const beforeOfSecond = await slotsByPosition(second, model);
    const scheduler = new SETScheduler(model, update);
    await scheduler.step();
    expectFollowed(before, await slotsByPosition(first, model), initialValue);
    expectFollowed(beforeOfSecond, await slotsByPosition(second, model));
    compileWith(model, first);
    await trainOnce(model);
    model.dispose();
    for (const optimizer of [first, second]) disposeOptimizer(optimizer);
  });
}, ['cpu']);

describeBackends('a second optimizer', () => {
  test('in a loop of one’s own follows, too, with one inside it', async () => {
    const model = smallNetwork();
    const [policy, value] = [tf.train.momentum(0.1, 0.9), new Wrapper(adagrad())];
    const {x, y} = someData();
    const loss = () => tf.losses.meanSquaredError(y, model.predict(x) as tf.Tensor).asScalar();
    const scheduler = new SETScheduler(model, {...update, optimizer: policy});
    value.minimize(loss);
    policy.minimize(loss);
    const [before, beforeOfPolicy] = [await slotsByPosition(value, model), await slotsByPosition(policy, model)];
    await scheduler.step();
    expectFollowed(before, await slotsByPosition(value, model), 0.25);
    expectFollowed(beforeOfPolicy, await slotsByPosition(policy, model));
    tf.dispose([x, y]);
    model.dispose();
    for (const optimizer of [policy, value.inner]) disposeOptimizer(optimizer);
  });

  test('that has been disposed is left alone', async () => {
    const model = smallModel();
    await trainOnce(model);
    disposeOptimizer(model.optimizer);
    compileWith(model, adagrad());
    await trainOnce(model);
    await new SETScheduler(model, update).step();
    await trainOnce(model);
    disposeOptimizer(model.optimizer);
    model.dispose();
  });

  test('that keeps its state elsewhere stops the update before anything changes', async () => {
    const model = smallModel(new MapMomentum());
    const own = model.optimizer;
    await trainOnce(model);
    compileWith(model, adagrad());
    await trainOnce(model);
    const {topology} = weightOf(model);
    const before = await slotsByPosition(model.optimizer, model);
    await expect(new SETScheduler(model, update).step()).rejects.toThrow(
      'carry: optimizer must keep its state in lists of {originalName, variable}',
    );
    expect(weightOf(model).topology).toBe(topology);
    expect(await slotsByPosition(model.optimizer, model)).toEqual(before);
    for (const optimizer of [own, model.optimizer]) disposeOptimizer(optimizer);
    model.dispose();
  });
}, ['cpu', 'wasm', 'webgpu']);

describeBackends('optimizers follow the connections', () => {
  test('of weights that are set', async () => {
    const model = smallModel(adagrad());
    await trainOnce(model);
    const other = smallNetwork(2);
    const before = await slotsByPosition(model.optimizer, model);
    model.setWeights(other.getWeights());
    expect(weightOf(model).topology.equals(weightOf(other).topology)).toBe(true);
    expectFollowed(before, await slotsByPosition(model.optimizer, model), 0.25);
    disposeOptimizer(model.optimizer);
    for (const each of [model, other]) each.dispose();
  });

  test('of a trunk that another head updates, also to another number', async () => {
    const trunk = maskedDense({name: 'trunk', inputShape: [12], units: 16, density: 0.3, activation: 'tanh', seed: 1});
    const input = tf.input({shape: [12]});
    const features = trunk.apply(input) as tf.SymbolicTensor;
    const [actor, critic] = ['actor', 'critic'].map((name) => {
      const head = tf.layers.dense({name, units: 4, activation: 'softmax'});
      return tf.model({inputs: input, outputs: head.apply(features) as tf.SymbolicTensor});
    });
    compileWith(actor, tf.train.momentum(0.1, 0.9));
    compileWith(critic, tf.train.adam(0.01));
    const {x, y} = someData();
    const scheduler = new SETScheduler(actor, update);
    for (let round = 0; round < 3; round++) {
      await critic.trainOnBatch(x, y);
      await actor.trainOnBatch(x, y);
      const before = await slotsByPosition(critic.optimizer, critic);
      await scheduler.step();
      expectFollowed(before, await slotsByPosition(critic.optimizer, critic));
    }
    const before = await slotsByPosition(critic.optimizer, critic);
    await setTopologies(actor, {trunk: otherTopology(actor, 100)});
    expectFollowed(before, await slotsByPosition(critic.optimizer, critic));
    expect(Number.isFinite(await critic.trainOnBatch(x, y))).toBe(true);
    tf.dispose([x, y]);
    for (const {optimizer} of [actor, critic]) disposeOptimizer(optimizer);
    actor.dispose();
    critic.layers.at(-1)!.dispose();
  });

  test('of a checkpoint that the model goes back to', async () => {
    const [first, second] = [tf.train.momentum(0.1, 0.9), adagrad()];
    const model = smallModel(second);
    await trainOnce(model);
    compileWith(model, first);
    await trainOnce(model);
    const store = memoryStore();
    await saveCheckpoint(store, {model});
    const saved = [await slotsByPosition(first, model), await slotsByPosition(second, model)];
    await setTopologies(model, {hidden: otherTopology(model, 100)});
    const before = await slotsByPosition(second, model);
    await loadCheckpoint(store, {model});
    expect(await slotsByPosition(first, model)).toEqual(saved[0]);
    expectFollowed(before, await slotsByPosition(second, model), 0.25);
    model.dispose();
    for (const optimizer of [first, second]) disposeOptimizer(optimizer);
  });
}, ['cpu', 'wasm']);
