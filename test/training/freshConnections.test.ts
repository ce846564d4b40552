import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {DSTScheduler, type Grower, magnitudePruning, setTopologies, sparseWeights} from 'itop';
import {beforeEach, expect, it} from 'vitest';
import {smallModel, trainSteps} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('wasm');
});

/** Grows the first positions that are free: those that were just dropped are among them. */
const firstFree: Grower = {
  grow({active, size, k}) {
    const taken = new Set<number>(active);
    const free = Array.from({length: size}, (_, position) => position).filter((position) => !taken.has(position));
    return Int32Array.from(free.slice(0, k));
  },
};

it.each([
  'keep',
  'fresh',
] as const)('connections that are dropped and grown again are as old as their values: %s', async (regrown) => {
  const model = smallModel(undefined, 1);
  const scheduler = new DSTScheduler(model, {
    pruner: magnitudePruning(),
    grower: firstFree,
    updateInterval: 2,
    dropFraction: 0.5,
    regrown,
    seed: 1,
  });
  await trainSteps(model, scheduler, 4);
  await trainSteps(model, scheduler, 2);
  let again = 0;
  for (const {name, update} of scheduler.lastUpdate!.layers) {
    const {next, source, dropped} = update!;
    const gone = new Set<number>(dropped);
    const ages = scheduler.tracker.ages(name);
    for (const [slot, position] of next.positions().entries()) {
      if (gone.has(position)) again++;
      expect(ages[slot] === 0, `${name} ${position}`).toBe(source[slot] < 0);
      if (source[slot] < 0 && gone.has(position)) expect(regrown).toBe('fresh');
    }
  }
  expect(again).toBeGreaterThan(3);
});

it('connections whose values setTopologies is given begin anew', async () => {
  const model = smallModel(undefined, 1);
  const scheduler = new DSTScheduler(model, {
    pruner: magnitudePruning(),
    grower: firstFree,
    updateInterval: 2,
    dropFraction: 0.1,
    seed: 1,
  });
  await trainSteps(model, scheduler, 3);
  const [{name, weight}, other] = sparseWeights(model);
  await setTopologies(
    model,
    {[name]: weight.topology, [other.name]: other.weight.topology},
    {values: {[name]: new Float32Array(weight.topology.nnz)}},
  );
  expect(Math.max(...scheduler.tracker.ages(name))).toBe(0);
  expect(Math.max(...scheduler.tracker.ages(other.name))).toBe(3);
});
