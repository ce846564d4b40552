import * as tf from '@tensorflow/tfjs';
import {type DSTScheduler, RigLScheduler, SETScheduler} from 'itop';
import {type BenchModel, denseNetwork, randomData, sparseNetwork} from './models.ts';
import {type Case, type Contestant, finish} from './race.ts';

/** Training steps in one timed `fit`. */
const STEPS = 4;

interface Network {
  readonly label: string;
  readonly network: tf.Sequential;
}

/** Whole networks: training steps in `fit`, predictions, connectivity updates. */
export function* networkCases(model: BenchModel, densities: readonly number[]): Generator<Case> {
  const {batchSize} = model;
  const dense = denseNetwork(model);
  const sparse = densities.map((density): Network => ({label: `${density}`, network: sparseNetwork(dense, density)}));
  const networks = [{label: 'dense', network: dense}, ...sparse];
  const {x, y} = randomData(model, STEPS * batchSize);
  const [batchX, batchY] = [x, y].map((data) => data.slice(0, batchSize));

  yield {what: 'training step (fit)', contestants: networks.map(fitting)};
  yield {what: 'forward (predict)', contestants: networks.map(predicting)};
  for (const Scheduler of [SETScheduler, RigLScheduler]) {
    yield {what: `update (${Scheduler.name.replace('Scheduler', '')})`, contestants: sparse.map(updatingBy(Scheduler))};
  }
  tf.dispose([x, y, batchX, batchY]);
  for (const {network} of networks) network.dispose();

  function fitting({label, network}: Network): Contestant {
    const run = async () => {
      await network.fit(x, y, {batchSize, epochs: 1, shuffle: false});
    };
    return {label, run, times: STEPS};
  }

  function predicting({label, network}: Network): Contestant {
    return {label, run: () => finish(network.predict(batchX, {batchSize}) as tf.Tensor)};
  }

  /** Updates after every step, so that RigL has the gradient of the step before. */
  function updatingBy(Scheduler: new (...args: ConstructorParameters<typeof RigLScheduler>) => DSTScheduler) {
    return ({label, network}: Network): Contestant => {
      const scheduler = new Scheduler(network, {updateInterval: 1, dropFraction: 0.3, seed: 1});
      return {
        label,
        prepare: async () => {
          await network.trainOnBatch(batchX, batchY);
        },
        run: async () => {
          await scheduler.step();
        },
      };
    };
  }
}
