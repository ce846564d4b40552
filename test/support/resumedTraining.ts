import * as tf from '@tensorflow/tfjs';
import {type DSTScheduler, maskedDense, type Reparameterization, seedDropout} from 'itop';
import type {FileStore} from 'itop/files';
import {disposeOptimizer} from './optimizers.ts';
import {snapshot, someData} from './training.ts';

/** A store in memory, which keeps what was written last. */
export function memoryStore(): FileStore & {readonly bytes: Uint8Array} {
  let kept = new Uint8Array(0);
  return {
    get bytes() {
      return kept;
    },
    write: async (bytes) => {
      kept = bytes.slice();
    },
    read: async () => kept,
  };
}

/** A training in a program of its own: what it makes depends on its arguments only. */
export interface Training {
  readonly model: tf.Sequential;
  readonly scheduler: DSTScheduler;
  /** Trains some steps more, from a step on. */
  train(from: number, steps: number): Promise<void>;
  /** All that there is to compare, and then it is over. */
  end(): unknown;
}

/** Makes a training of a small network, with dropout or without, its layers named here or by tfjs. */
export function startTraining(
  optimizer: tf.Optimizer,
  schedulerFor: (model: tf.LayersModel) => DSTScheduler,
  {
    dropout = 0,
    seed = 1,
    activation = 'relu' as 'relu' | 'tanh',
    isNamed = true,
    reparameterization = undefined as Reparameterization | undefined,
  } = {},
): Training {
  const called = (name: string) => (isNamed ? {name} : {});
  const of = {density: 0.3, ...(reparameterization && {reparameterization})};
  const model = tf.sequential({
    layers: [
      maskedDense({...called('hidden'), inputShape: [12], units: 16, ...of, activation, seed: `${seed}/1`}),
      ...(dropout > 0 ? [tf.layers.dropout({rate: dropout, ...called('dropout')})] : []),
      maskedDense({...called('output'), units: 4, ...of, activation: 'softmax', seed: `${seed}/2`}),
    ],
  });
  model.compile({optimizer, loss: 'categoricalCrossentropy'});
  seedDropout(model, seed);
  const scheduler = schedulerFor(model);
  return {
    model,
    scheduler,
    async train(from, steps) {
      const {x, y} = someData(64);
      for (let step = from; step < from + steps; step++) {
        const begin = (step * 16) % 64;
        const [batchX, batchY] = [x.slice([begin, 0], [16, 12]), y.slice([begin, 0], [16, 4])];
        await model.trainOnBatch(batchX, batchY);
        await scheduler.step();
        tf.dispose([batchX, batchY]);
      }
      tf.dispose([x, y]);
    },
    end() {
      const everything = {...snapshot(model), steps: optimizer.iterations, scheduler: scheduler.toJSON()};
      model.dispose();
      disposeOptimizer(optimizer);
      return everything;
    },
  };
}
