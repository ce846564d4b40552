import * as tf from '@tensorflow/tfjs';
import {RigLScheduler, type SchedulerState, seededRandom, setFusedStep, Topology} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {smallModel, someData, trainSteps} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

/** A training one step before an update by gradients. */
async function beforeUpdate() {
  const model = smallModel();
  const scheduler = new RigLScheduler(model, {updateInterval: 3, dropFraction: 0.3, seed: 1});
  await trainSteps(model, scheduler, 2);
  return {model, scheduler};
}

describe('before an update by gradients', () => {
  it('weights may be set, with the connections that were there and with others', async () => {
    for (const seed of [undefined, 5]) {
      const {model, scheduler} = await beforeUpdate();
      const {rowPtr, colIdx} = seed
        ? Topology.random([12, 16], scheduler.weights[0].weight.topology.nnz, seededRandom(seed))
        : scheduler.weights[0].weight.topology;
      const packed = tf.tensor1d([...rowPtr, ...colIdx], 'int32');
      model.setWeights(model.getWeights().map((weight, i) => (i === 4 ? packed : weight)));
      await trainSteps(model, scheduler, 1);
      expect(scheduler.lastUpdate?.step).toBe(3);
    }
  });

  it('a layer may be frozen and thawed', async () => {
    const model = smallModel();
    const scheduler = new RigLScheduler(model, {updateInterval: 3, dropFraction: 0.3, seed: 1});
    model.layers[0].trainable = false;
    await trainSteps(model, scheduler, 2);
    model.layers[0].trainable = true;
    await trainSteps(model, scheduler, 1);
    expect(scheduler.lastUpdate?.layers[0].grown).toBeGreaterThan(0);
  });

  it.each([true, false])('a step that is not taken leaves no gradients behind, fused: %s', async (isFused) => {
    const {model, scheduler} = await beforeUpdate();
    setFusedStep(isFused, model);
    const {x, y} = someData();
    await expect(model.trainOnBatch(x, tf.mul(y, Number.NaN))).rejects.toThrow('must be finite');
    await trainSteps(model, scheduler, 1);
    expect(scheduler.lastUpdate?.step).toBe(3);
  });

  it('a frozen layer takes no memory for gradients, however many steps go by', async () => {
    const {model} = await beforeUpdate();
    const {x, y} = someData();
    model.layers[0].trainable = false;
    const counts: number[] = [];
    for (let step = 0; step < 4; step++) {
      await model.trainOnBatch(x, y);
      counts.push(tf.memory().numTensors);
    }
    expect(new Set(counts).size).toBe(1);
  });
});

it('connections that come with other weights are explored, and the training can be resumed', async () => {
  const {model, scheduler} = await beforeUpdate();
  const [{weight}] = scheduler.weights;
  const before = new Set<number>(weight.topology.positions());
  const next = Topology.random([12, 16], weight.topology.nnz, seededRandom(5));
  const packed = tf.tensor1d([...next.rowPtr, ...next.colIdx], 'int32');
  model.setWeights(model.getWeights().map((each, i) => (i === 4 ? packed : each)));
  const explored = new Set([...before, ...next.positions()]);
  expect(explored.size).toBeGreaterThan(before.size);
  expect(scheduler.tracker.explored('hidden').count).toBe(explored.size);
  const resume = JSON.parse(JSON.stringify(scheduler)) as SchedulerState;
  const resumed = new RigLScheduler(model, {updateInterval: 3, dropFraction: 0.3, resume});
  expect(resumed.tracker.rate).toBe(scheduler.tracker.rate);
});
