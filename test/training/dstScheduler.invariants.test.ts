import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {
  DSTScheduler,
  gradientGrowth,
  magnitudePruning,
  maskedDense,
  mixedGrowth,
  RigLScheduler,
  randomGrowth,
  setPruning,
  taylorPruning,
  type UpdateReport,
  unexploredFirstGrowth,
} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {smallModel, someData, trainSteps} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

const everyThird = {updateInterval: 3, dropFraction: 0.3, seed: 1};

describe('DSTScheduler keeps the number of connections and of tensors over hundreds of steps', () => {
  const cases = [
    {name: 'SET', optimizer: () => tf.train.momentum(0.05, 0.9), pruner: magnitudePruning(), grower: randomGrowth()},
    {name: 'RigL', optimizer: () => tf.train.adam(0.01), pruner: magnitudePruning(), grower: gradientGrowth()},
    {
      name: 'Taylor and mixed growth',
      optimizer: () => tf.train.rmsprop(0.01),
      pruner: taylorPruning(),
      grower: mixedGrowth([
        [0.5, gradientGrowth()],
        [0.5, unexploredFirstGrowth()],
      ]),
    },
  ];

  /** Trains 300 steps with 100 updates. */
  async function check(
    {optimizer, pruner, grower}: (typeof cases)[number],
    train: (model: tf.LayersModel, scheduler: DSTScheduler) => Promise<unknown>,
  ) {
    const model = smallModel(optimizer());
    const counts: {nnz: number[]; tensors: number}[] = [];
    const onUpdate = ({layers}: UpdateReport) =>
      counts.push({nnz: layers.map(({nnz}) => nnz), tensors: tf.memory().numTensors});
    const scheduler = new DSTScheduler(model, {...everyThird, pruner, grower, onUpdate});
    await train(model, scheduler);
    expect(scheduler.stepCount).toBe(300);
    expect(counts).toEqual(Array.from({length: 100}, () => ({nnz: [58, 19], tensors: counts[0].tensors})));
  }

  it.each(cases)('in fit: $name', async (each) => {
    const {x, y} = someData(1200);
    await check(each, (model, scheduler) =>
      model.fit(x, y, {epochs: 1, batchSize: 4, callbacks: scheduler.callback(), verbose: 0}),
    );
  });

  it.each(cases)('in fitDataset: $name', async (each) => {
    const {x, y} = someData(1200);
    const dataset = tf.data.zip({xs: tf.data.array(x.arraySync()), ys: tf.data.array(y.arraySync())}).batch(4);
    await check(each, (model, scheduler) =>
      model.fitDataset(dataset as never, {epochs: 1, callbacks: scheduler.callback(), verbose: 0}),
    );
  });

  it.each(cases)('with trainOnBatch and step(), on wasm: $name', async (each) => {
    await tf.setBackend('wasm');
    await check(each, (model, scheduler) => trainSteps(model, scheduler, 300));
  });

  it.each(cases)('in a loop of minimize and step(): $name', async (each) => {
    const {x, y} = someData();
    await check(each, async (model, scheduler) => {
      const loss = () => tf.metrics.categoricalCrossentropy(y, model.apply(x, {training: true}) as tf.Tensor).mean();
      for (let step = 0; step < 300; step++) {
        model.optimizer.minimize(loss as () => tf.Scalar);
        await scheduler.step();
      }
    });
  });

  it('and leaves as many tensors as a training without updates', async () => {
    const tensors = async (updateInterval: number) => {
      const model = smallModel();
      const before = tf.memory().numTensors;
      await trainSteps(model, new RigLScheduler(model, {...everyThird, updateInterval}), 30);
      return tf.memory().numTensors - before;
    };
    expect(await tensors(3)).toBe(await tensors(Number.POSITIVE_INFINITY));
  });
});

describe('DSTScheduler, with any seed and shape,', () => {
  it('keeps every nnz, never lets R_s fall, and counts what is active as explored', async () => {
    const strategies = [
      {pruner: magnitudePruning(), grower: randomGrowth()},
      {pruner: setPruning(), grower: unexploredFirstGrowth()},
      {pruner: taylorPruning(), grower: gradientGrowth()},
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          inputs: fc.integer({min: 1, max: 9}),
          units: fc.integer({min: 1, max: 9}),
          density: fc.double({min: 0.05, max: 1, noNaN: true}),
          dropFraction: fc.double({min: 0, max: 1, noNaN: true}),
          strategy: fc.constantFrom(...strategies),
          seed: fc.integer(),
        }),
        async ({inputs, units, density, dropFraction, strategy, seed}) => {
          const model = tf.sequential({
            layers: [
              maskedDense({inputShape: [inputs], units, density, activation: 'tanh', seed}),
              maskedDense({units: 4, density, activation: 'softmax', seed}),
            ],
          });
          model.compile({optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy'});
          const scheduler = new DSTScheduler(model, {...strategy, updateInterval: 1, dropFraction, seed});
          const nnz = scheduler.weights.map(({weight}) => weight.topology.nnz);
          const {x, y} = someData(8, inputs);
          for (let step = 0; step < 4; step++) {
            const before = scheduler.tracker.rates();
            await model.trainOnBatch(x, y);
            await scheduler.step();
            scheduler.weights.forEach(({name, weight: {topology, variable}}, layer) => {
              expect(topology.nnz).toBe(nnz[layer]);
              expect(variable.shape).toEqual([nnz[layer]]);
              expect(scheduler.tracker.rates()[name]).toBeGreaterThanOrEqual(before[name]);
              const explored = scheduler.tracker.explored(name);
              expect(topology.positions().every((position) => explored.has(position))).toBe(true);
            });
          }
        },
      ),
      {numRuns: 40},
    );
  });
});
