import * as tf from '@tensorflow/tfjs';
import {
  constantFanIn,
  type DSTOptions,
  DSTScheduler,
  gradientGrowth,
  magnitudePruning,
  meanGradient,
  mixedGrowth,
  randomGrowth,
} from 'itop';
import {expect, test} from 'vitest';
import {sparseWeights} from '../../src/layers/sparseWeights.ts';
import {maskedConv2d} from '../../src/sparse/maskedConv2d.ts';
import {maskedDense} from '../../src/sparse/maskedDense.ts';
import {RigLScheduler, SETScheduler} from '../../src/training/presets.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {someNumbers} from '../support/layer.ts';

const SETTINGS = {updateInterval: 3, dropFraction: 0.3, seed: 1};

/** Trains a convolution and two dense layers for some steps, with two updates. */
async function train(
  backendName: string,
  schedule: (model: tf.LayersModel, settings: typeof SETTINGS) => DSTScheduler,
) {
  await tf.setBackend(backendName);
  const model = tf.sequential({
    layers: [
      maskedConv2d({
        inputShape: [9, 8, 2],
        filters: 5,
        kernelSize: 3,
        strides: 2,
        density: 0.5,
        activation: 'relu',
        seed: 1,
      }),
      tf.layers.flatten(),
      maskedDense({units: 30, density: 0.2, activation: 'relu', seed: 2}),
      maskedDense({units: 4, density: 0.5, seed: 3}),
    ],
  });
  const optimizer = tf.train.adam(0.01);
  model.compile({optimizer, loss: 'meanSquaredError'});
  const scheduler = schedule(model, SETTINGS);
  const [x, y] = [tf.tensor4d(someNumbers(10 * 144, 1), [10, 9, 8, 2]), tf.tensor2d(someNumbers(40, 2), [10, 4])];
  const losses: number[] = [];
  for (let step = 0; step < 8; step++) {
    losses.push((await model.trainOnBatch(x, y)) as number);
    await scheduler.step();
  }
  const positions = sparseWeights(model).map(({weight}) => [...weight.topology.positions()]);
  tf.dispose([x, y]);
  optimizer.dispose();
  model.dispose();
  return {losses, positions};
}

/** Schedules growth by gradient with options of its own. */
function byGradient(options: Partial<DSTOptions>): Parameters<typeof train>[1] {
  return (model, settings) =>
    new DSTScheduler(model, {...settings, pruner: magnitudePruning(), grower: gradientGrowth(), ...options});
}

describeBackends(
  'training on a GPU',
  (backendName) => {
    test.each([
      ['SET', (model, settings) => new SETScheduler(model, settings)],
      ['RigL', (model, settings) => new RigLScheduler(model, settings)],
      ['growth by gradient in a structure', byGradient({structure: constantFanIn()})],
      ['growth by the mean gradient', byGradient({signal: meanGradient(2)})],
      [
        'growth in part by gradient',
        byGradient({
          grower: mixedGrowth([
            [0.5, gradientGrowth()],
            [0.5, randomGrowth()],
          ]),
        }),
      ],
      ['growth by the whole gradient', byGradient({grower: {...gradientGrowth(), needsGradient: true}})],
    ] as [
      string,
      Parameters<typeof train>[1],
    ][])('gives the losses and the topologies of cpu, by %s', async (_, schedule) => {
      const expected = await train('cpu', schedule);
      const actual = await train(backendName, schedule);
      expectClose(actual.losses, expected.losses);
      expect(actual.losses.at(-1)).toBeLessThan(actual.losses[0]);
      expect(actual.positions).toEqual(expected.positions);
    });
  },
  ['webgpu'],
);
