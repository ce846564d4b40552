import * as tf from '@tensorflow/tfjs';
import {
  bySurvivors,
  constantFanIn,
  DSTScheduler,
  deepRewiring,
  hardConcrete,
  maskedDense,
  meanGradient,
  RigLScheduler,
  randomGrowth,
  SETScheduler,
  setFusedStep,
  softDeepRewiring,
  targetedDropout,
  thresholdPruning,
  variationalDropout,
} from 'itop';
import {loadCheckpoint, saveCheckpoint} from 'itop/files';
import {afterEach, expect, it} from 'vitest';
import {describeBackends} from '../support/backends.ts';
import {disposeOptimizer, stockOptimizers} from '../support/optimizers.ts';
import {memoryStore, startTraining} from '../support/resumedTraining.ts';
import {snapshot, trainSteps} from '../support/training.ts';

const every = {updateInterval: 3, dropFraction: 0.3, seed: 5};
const schedulers = {
  SET: (model: tf.LayersModel) => new SETScheduler(model, every),
  'RigL with a mean of gradients': (model: tf.LayersModel) =>
    new RigLScheduler(model, {...every, signal: meanGradient(2)}),
  'a moving number of connections in each layer': (model: tf.LayersModel) =>
    new DSTScheduler(model, {
      ...every,
      pruner: thresholdPruning(0.05),
      grower: randomGrowth(),
      redistribution: bySurvivors(),
    }),
  'companions of its connections': (model: tf.LayersModel) =>
    new DSTScheduler(model, {...every, ...deepRewiring(1e-2)}),
  'neurons that come and go': (model: tf.LayersModel) =>
    new RigLScheduler(model, {...every, structure: constantFanIn({minSalient: 1})}),
};

/** Expects that a training which is saved and continued in another program ends as one that never stops. */
async function expectExact(
  optimizer: () => tf.Optimizer,
  scheduler: (model: tf.LayersModel) => DSTScheduler,
  options: NonNullable<Parameters<typeof startTraining>[2]>,
): Promise<void> {
  const store = memoryStore();
  const through = startTraining(optimizer(), scheduler, options);
  await through.train(0, 8);
  await saveCheckpoint(store, {model: through.model, scheduler: through.scheduler});
  await through.train(8, 9);

  // Of another seed: all of it must come from the file.
  const again = startTraining(optimizer(), scheduler, {...options, seed: 2});
  await again.train(0, 4);
  const {step} = await loadCheckpoint(store, {model: again.model, scheduler: again.scheduler});
  expect(step).toBe(8);
  await again.train(8, 9);
  expect(again.end()).toEqual(through.end());
}

afterEach(() => setFusedStep(true));

describeBackends('a training that continues from a checkpoint', () => {
  it.each(stockOptimizers)('is the one that never stopped, bit for bit, with $name', async ({make}) => {
    await expectExact(make, schedulers.SET, {dropout: 0.5});
  });

  it.each(stockOptimizers)('is so by single ops, with $name', async ({make}) => {
    setFusedStep(false);
    await expectExact(make, schedulers.SET, {dropout: 0.5});
  });

  it.each(Object.keys(schedulers) as (keyof typeof schedulers)[])('is so with %s', async (name) => {
    await expectExact(() => tf.train.adam(0.05), schedulers[name], {dropout: 0.5});
    setFusedStep(false);
    await expectExact(() => tf.train.adam(0.05), schedulers[name], {dropout: 0.5});
  });

  it.each([
    hardConcrete({lambda: 1e-3}),
    hardConcrete({lambda: 1e-3, perSample: true}),
    targetedDropout({targeted: 0.5, rate: 0.5}),
    variationalDropout({lambda: 1e-3}),
    softDeepRewiring({noise: 1e-2, l1: 1e-3, lowest: -0.05}),
  ])('is so where layers draw at random: $name $options', async (reparameterization) => {
    await expectExact(() => tf.train.adam(0.05), schedulers.SET, {reparameterization});
  });

  it('is that of the call, though the training goes on before the file is written', async () => {
    const store = memoryStore();
    const [saved, again] = [1, 2].map((seed) => startTraining(tf.train.adam(0.05), schedulers.SET, {seed}));
    await saved.train(0, 8);
    const saving = saveCheckpoint(store, {model: saved.model, scheduler: saved.scheduler});
    await saved.train(8, 4);
    await saving;
    await loadCheckpoint(store, {model: again.model, scheduler: again.scheduler});
    await again.train(8, 4);
    expect(again.end()).toEqual(saved.end());
  });

  it('is that of the call, though weights, optimizer and data change at once', async () => {
    const store = memoryStore();
    const optimizer = tf.train.momentum(0.1, 0.9);
    const {model, scheduler, train, end} = startTraining(optimizer, schedulers.SET);
    await train(0, 4);
    const before = JSON.stringify([snapshot(model), optimizer.iterations]);
    const data = {epoch: 1, order: [3]};
    const saving = saveCheckpoint(store, {model, scheduler, data});
    optimizer.minimize(() => tf.tidy(() => (model.predict(tf.ones([2, 12])) as tf.Tensor).square().sum() as tf.Scalar));
    data.epoch = 2;
    data.order.push(4);
    await saving;
    expect(JSON.stringify([snapshot(model), optimizer.iterations])).not.toBe(before);
    expect((await loadCheckpoint(store, {model, scheduler})).data).toEqual({epoch: 1, order: [3]});
    expect(JSON.stringify([snapshot(model), optimizer.iterations])).toBe(before);
    end();
  });

  it('has the learning rate that the training had by then', async () => {
    const store = memoryStore();
    const through = startTraining(tf.train.momentum(0.1, 0.9), schedulers.SET);
    (through.model.optimizer as tf.MomentumOptimizer).setLearningRate(0.01);
    await through.train(0, 5);
    await saveCheckpoint(store, {model: through.model, scheduler: through.scheduler});
    await through.train(5, 4);
    const again = startTraining(tf.train.momentum(0.1, 0.9), schedulers.SET);
    await loadCheckpoint(store, {model: again.model, scheduler: again.scheduler});
    await again.train(5, 4);
    expect(again.end()).toEqual(through.end());
  });

  it('goes on in a model made again in the same process, whose layers tfjs numbers on', async () => {
    const start = (seed: number) =>
      startTraining(tf.train.adam(0.05), schedulers['RigL with a mean of gradients'], {isNamed: false, seed});
    const store = memoryStore();
    const through = start(1);
    await through.train(0, 8);
    const [first] = through.model.layers;
    await saveCheckpoint(store, {model: through.model, scheduler: through.scheduler, data: {name: first.name}});
    await through.train(8, 9);

    const again = start(2);
    const names = [through, again].map(({model}) => model.layers.map(({name}) => name));
    expect(names[1]).not.toEqual(names[0]);
    const {data} = await loadCheckpoint(store, {model: again.model, scheduler: again.scheduler});
    expect(data).toEqual({name: first.name});
    await again.train(8, 9);
    const end = names[0].reduce(
      (text, name, i) => text.replaceAll(`"${name}"`, `"${names[1][i]}"`),
      JSON.stringify(through.end()),
    );
    expect(JSON.stringify(again.end())).toBe(end);
  });

  it('goes on in nested models made again in the same process', async () => {
    const start = (seed: number) => {
      const inner = tf.sequential({layers: [maskedDense({units: 6, density: 0.5, seed, inputShape: [12]})]});
      const head = maskedDense({units: 4, density: 0.5, seed: seed + 1, activation: 'softmax'});
      const model = tf.sequential({layers: [inner, head]});
      model.compile({optimizer: tf.train.adam(0.05), loss: 'categoricalCrossentropy'});
      return {model, scheduler: schedulers['companions of its connections'](model)};
    };
    const store = memoryStore();
    const [through, again] = [start(1), start(2)];
    await trainSteps(through.model, through.scheduler, 5);
    await saveCheckpoint(store, through);
    await loadCheckpoint(store, again);
    const [losses, expected] = [again, through].map(({model, scheduler}) => trainSteps(model, scheduler, 7));
    expect(await losses).toEqual(await expected);
    for (const {model} of [through, again]) {
      model.dispose();
      disposeOptimizer(model.optimizer);
    }
  });
}, ['cpu', 'wasm']);
