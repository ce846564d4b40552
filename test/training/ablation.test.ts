import * as tf from '@tensorflow/tfjs';
import {
  constantFanIn,
  type DSTOptions,
  DSTScheduler,
  gradientGrowth,
  magnitudePruning,
  type SchedulerState,
} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {smallModel, trainSteps} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

const make = (model: tf.LayersModel, options: Partial<DSTOptions> = {}) =>
  new DSTScheduler(model, {
    updateInterval: 2,
    dropFraction: 0.5,
    pruner: magnitudePruning(),
    grower: gradientGrowth(),
    structure: constantFanIn({minSalient: 1}),
    seed: 1,
    ...options,
  });

describe('a training in which neurons are ablated', () => {
  it('keeps the budget of each layer, and all outputs of the model', async () => {
    const model = smallModel();
    const scheduler = make(model);
    const [hidden, output] = scheduler.weights.map(({weight}) => weight);
    const budgets = [hidden.topology.nnz, output.topology.nnz];
    const left = new Set<number>();
    for (let update = 0; update < 12; update++) {
      await trainSteps(model, scheduler, 2);
      const outputs = [...hidden.topology.fanIn()].filter((fanIn) => fanIn > 0).length;
      left.add(outputs);
      expect(hidden.topology.nnz).toBe(Math.floor(budgets[0] / outputs) * outputs);
      expect([...output.topology.fanIn()]).toEqual(new Array(4).fill(Math.floor(budgets[1] / 4)));
    }
    expect(left.size).toBeGreaterThan(1);
    expect(scheduler.readsDenseGradient).toBe(true);
  });

  it('keeps the budget of the network where a density is given', async () => {
    const model = smallModel();
    const scheduler = make(model, {density: () => 0.3});
    const budgets = scheduler.weights.map(({weight}) => weight.topology.nnz);
    for (let update = 0; update < 12; update++) {
      await trainSteps(model, scheduler, 2);
      for (const [i, {weight}] of scheduler.weights.entries()) {
        const outputs = [...weight.topology.fanIn()].filter((fanIn) => fanIn > 0).length;
        expect(weight.topology.nnz).toBe(Math.floor(budgets[i] / outputs) * outputs);
      }
    }
  });

  it('refuses to resume with other numbers of unused connections than a layer has room for', async () => {
    const model = smallModel();
    const scheduler = make(model);
    await trainSteps(model, scheduler, 4);
    const state = scheduler.toJSON();
    expect(state.unused).toHaveLength(2);
    const resuming = (unused: unknown) => () => make(model, {resume: {...state, unused} as SchedulerState});
    expect(resuming(state.unused)).not.toThrow();
    for (const damaged of [null, [1], [0, -1], [0.5, 0], [1e6, 0], 'text', {}]) {
      expect(resuming(damaged)).toThrow(
        /^DSTScheduler: resume must hold the unused connections of 2 layers, received .*\. It was damaged: load it again, or use an earlier one\.$/,
      );
    }
  });
});
