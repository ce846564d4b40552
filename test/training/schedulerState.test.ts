import * as tf from '@tensorflow/tfjs';
import {DSTScheduler, gradientGrowth, magnitudePruning, maskedDense, randomGrowth, type SchedulerState} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {smallModel, snapshot, trainSteps} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

const options = {updateInterval: 3, dropFraction: 0.4, pruner: magnitudePruning()};

async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts = {};
  const handler = tf.io.withSaveHandler(async (given) => {
    artifacts = given;
    return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(given)};
  });
  await model.save(handler, {includeOptimizer: true});
  return artifacts;
}

describe('a scheduler that resumes from its saved state', () => {
  const optimizers = {
    SGD: () => tf.train.sgd(0.2),
    momentum: () => tf.train.momentum(0.1, 0.9),
    Adam: () => tf.train.adam(0.02),
  };
  const growers = {random: randomGrowth(), gradient: gradientGrowth()};
  const cases = Object.keys(optimizers).flatMap((optimizer) =>
    Object.keys(growers).map((grower) => ({optimizer, grower})),
  ) as {optimizer: keyof typeof optimizers; grower: keyof typeof growers}[];

  // 8 steps are just before an update, so that gradient growth needs the probes of a fresh scheduler at once.
  it.each(cases)('continues as if it had never stopped: $optimizer, $grower growth', async (each) => {
    const model = smallModel(optimizers[each.optimizer]());
    const scheduler = new DSTScheduler(model, {...options, grower: growers[each.grower], seed: 1});
    await trainSteps(model, scheduler, 8);
    const artifacts = await saved(model);
    const text = JSON.stringify(scheduler);

    const resumedModel = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
    const resume = JSON.parse(text) as SchedulerState;
    const resumed = new DSTScheduler(resumedModel, {...options, grower: growers[each.grower], resume});
    expect(resumed.stepCount).toBe(8);
    expect(resumed.toJSON()).toEqual(scheduler.toJSON());
    const losses = await trainSteps(model, scheduler, 10);
    const resumedLosses = await trainSteps(resumedModel, resumed, 10);
    expect(resumed.toJSON()).toEqual(scheduler.toJSON());
    expect(snapshot(resumedModel)).toEqual(snapshot(model));
    expect(resumedLosses).toEqual(losses);
  });
});

describe('a scheduler refuses to resume, in one sentence,', () => {
  const state = () => new DSTScheduler(smallModel(), {...options, grower: randomGrowth(), seed: 1}).toJSON();
  const resuming = (resume: unknown, model: tf.LayersModel = smallModel()) => {
    return () => new DSTScheduler(model, {...options, grower: randomGrowth(), resume: resume as SchedulerState});
  };

  it('nothing, if it is the state of this model', () => {
    expect(resuming(state())).not.toThrow();
  });

  it.each([
    ['a step that is no count', {step: -1}],
    ['a step that is missing', {step: undefined}],
    ['no random state', {random: undefined}],
    ['half a random state', {random: {c: 1, s0: 0.5}}],
  ])('%s', (_, damage) => {
    expect(resuming({...state(), ...damage})).toThrow(
      /^DSTScheduler: resume must be what toJSON\(\) returned, received .*\.$/,
    );
  });

  it('a damaged tracker', () => {
    expect(resuming({...state(), tracker: {}})).toThrow(/^ExplorationTracker: json must be what toJSON\(\) returned/);
  });

  it('the state of a model with other layers', () => {
    const other = tf.sequential({layers: [maskedDense({name: 'only', inputShape: [12], units: 4, density: 0.5})]});
    other.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    expect(resuming(state(), other)).toThrow(
      'DSTScheduler: resume must be of a model with the sparse layers only, received one of hidden, output. ' +
        'Load the model that was saved with it.',
    );
  });

  it('another rule of what is reliable', () => {
    expect(
      () =>
        new DSTScheduler(smallModel(), {
          ...options,
          grower: randomGrowth(),
          resume: state(),
          reliableAfter: {steps: 100},
        }),
    ).toThrow(
      'DSTScheduler: reliableAfter must be {"updates":1} as in the state to resume, received {"steps":100}. Leave it out.',
    );
  });

  it('a model whose weights were not loaded', () => {
    expect(resuming(state(), smallModel(tf.train.sgd(0.1), 2))).toThrow(
      'DSTScheduler: resume must be of the connections of the model, received a state in which "hidden" has others. ' +
        'Load the weights that were saved with it.',
    );
  });
});
