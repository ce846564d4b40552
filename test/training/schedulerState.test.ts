import * as tf from '@tensorflow/tfjs';
import {
  cosineDecay,
  type DSTOptions,
  DSTScheduler,
  gradientGrowth,
  magnitudePruning,
  maskedDense,
  mixedGrowth,
  randomGrowth,
  type SchedulerState,
  thresholdPruning,
} from 'itop';
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

const makeScheduler = (model: tf.LayersModel, changed: Partial<DSTOptions> = {}) =>
  new DSTScheduler(model, {...options, grower: randomGrowth(), ...changed});

describe('a scheduler refuses to resume, in one sentence,', () => {
  const state = () => makeScheduler(smallModel(), {seed: 1}).toJSON();
  const resuming =
    (resume: unknown, model: tf.LayersModel = smallModel(), changed: Partial<DSTOptions> = {}) =>
    () =>
      makeScheduler(model, {...changed, resume: resume as SchedulerState});

  it('nothing, if it is the state of this model', () => {
    expect(resuming(state())).not.toThrow();
  });

  it.each([
    ['a step that is no count', {step: -1}],
    ['a step that is missing', {step: undefined}],
    ['no random state', {random: undefined}],
    ['half a random state', {random: {c: 1, s0: 0.5}}],
    ['a random state that draws 0 for ever', {random: {c: 0, s0: 0, s1: 0, s2: 0}}],
    ['no settings', {settings: undefined}],
    ['a number of optimizer steps that is no count', {optimizerSteps: 0.5}],
  ])('%s', (_, damage) => {
    expect(resuming({...state(), ...damage})).toThrow(
      /^DSTScheduler: resume must be what toJSON\(\) returned, received .*\.$/,
    );
  });

  it.each([null, 7, 'text', [], {}, {format: 'itop-scheduler', version: 1}])('what is no state: %j', (resume) => {
    expect(resuming(resume)).toThrow('DSTScheduler: resume must be of the format itop-scheduler, version 2, received');
  });

  it('a damaged tracker', () => {
    expect(resuming({...state(), tracker: {}})).toThrow(/^ExplorationTracker: json must be what toJSON\(\) returned/);
  });

  it('the state of a model with other layers, or with layers of other shapes, before anything is made of it', () => {
    const other = tf.sequential({layers: [maskedDense({name: 'only', inputShape: [12], units: 4, density: 0.5})]});
    other.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
    expect(resuming(state(), other, {optimizer: tf.train.momentum(0.1, 0.9)})).toThrow(
      'DSTScheduler: resume must be of a model with the sparse layers only [12,4], received one of hidden [12,16], output ' +
        '[16,4]. Load the model that was saved with it.',
    );
    const saved = state();
    const [hidden, output] = saved.tracker.layers;
    const tracker = {...saved.tracker, layers: [{...hidden, shape: [3e8, 40]}, output]};
    expect(resuming({...saved, tracker})).toThrow('received one of hidden [300000000,40], output [16,4].');
  });

  it.each<[string, Partial<DSTOptions>, string]>([
    ['another grower', {grower: gradientGrowth()}, 'grower must be "randomGrowth"'],
    ["a grower of one's own", {grower: {grow: randomGrowth().grow}}, 'grower must be "randomGrowth"'],
    ['another pruner', {pruner: thresholdPruning(0.1)}, 'pruner must be "magnitudePruning"'],
    ['another update interval', {updateInterval: 4}, 'updateInterval must be 3'],
    ['no updates', {updateInterval: Number.POSITIVE_INFINITY}, 'updateInterval must be 3'],
    ['a density that follows a schedule', {density: () => 0.2}, 'hasDensity must be false'],
  ])('%s', (_, changed, message) => {
    expect(resuming(state(), smallModel(), changed)).toThrow(
      `DSTScheduler: ${message} as in the state to resume, received`,
    );
  });

  it('another optimizer', () => {
    expect(resuming(state(), smallModel(tf.train.adam(0.1)))).toThrow(
      'DSTScheduler: optimizer must be "Momentum" as in the state to resume, received "Adam".',
    );
  });

  it('another parameter of a strategy', () => {
    const mixed = (share: number) =>
      mixedGrowth([
        [share, randomGrowth()],
        [1 - share, gradientGrowth()],
      ]);
    const saved = makeScheduler(smallModel(), {grower: mixed(0.5)}).toJSON();
    expect(resuming(saved, smallModel(), {grower: mixed(0.25)})).toThrow(
      'DSTScheduler: grower must be "mixedGrowth(0.5 randomGrowth, 0.5 gradientGrowth)" as in the state to resume, received ' +
        '"mixedGrowth(0.25 randomGrowth, 0.75 gradientGrowth)". Continue with the options that it was saved with, or ' +
        'change the settings in that state on purpose.',
    );
    expect(resuming(saved, smallModel(), {grower: mixed(0.5)})).not.toThrow();
  });

  it('another rule of what is reliable', () => {
    expect(resuming(state(), smallModel(), {reliableAfter: {steps: 100}})).toThrow(
      'DSTScheduler: reliableAfter must be {"updates":1} as in the state to resume, received {"steps":100}. Leave it out.',
    );
  });

  it('a model whose weights were not loaded', () => {
    expect(resuming(state(), smallModel(undefined, 2))).toThrow(
      'DSTScheduler: resume must be of the connections of the model, received a state in which "hidden" has others. ' +
        'Load the weights that were saved with it.',
    );
  });

  it('the state of another step than that of the model, even if the connections are the same', async () => {
    const model = smallModel();
    const scheduler = makeScheduler(model);
    await trainSteps(model, scheduler, 4);
    const early = scheduler.toJSON();
    await trainSteps(model, scheduler, 1);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
    expect(resuming(early, loaded)).toThrow(
      'DSTScheduler: resume must be of the step of the optimizer, 5 by its own count, received a state of 4. ' +
        'Load the model and the scheduler that were saved together.',
    );
    expect(resuming(scheduler.toJSON(), loaded)).not.toThrow();
  });

  it('a step before the last update', async () => {
    const model = smallModel();
    const scheduler = makeScheduler(model);
    await trainSteps(model, scheduler, 4);
    expect(resuming({...scheduler.toJSON(), step: 2}, model)).toThrow(
      'DSTScheduler: resume must be of step 3, the last one explored, or a later one, received step 2.',
    );
  });
});

it('a scheduler resumes with other times, another drop fraction, another seed, and what was changed in its settings', () => {
  const scheduled = makeScheduler(smallModel(), {seed: 1});
  const resume = scheduled.toJSON();
  const changed = {endStep: 100, beginStep: 5, dropFraction: cosineDecay(0.5, 100), seed: 9, onUpdate: () => undefined};
  expect(makeScheduler(smallModel(), {...changed, resume}).toJSON()).toEqual(resume);
  const settings = {...resume.settings, updateInterval: 4};
  expect(makeScheduler(smallModel(), {updateInterval: 4, resume: {...resume, settings}}).stepCount).toBe(0);
});
