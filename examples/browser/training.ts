import '@tensorflow/tfjs-backend-webgpu';
import 'itop/webgpu';
import * as tf from '@tensorflow/tfjs';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import {
  cosineDecay,
  type DSTScheduler,
  RigLScheduler,
  SETScheduler,
  StaticScheduler,
  sparseWeights,
  sparsify,
  startBackend,
} from 'itop';
import {type Batch, oneHot, orderedBatches, seededRandom, shuffledBatches, syntheticDigits} from 'itop/data';

const EPOCHS = 15;
const UPDATE_INTERVAL = 20;
const TEST_EVERY = 10;

setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');

/** What the page lets its visitor choose. */
export interface Settings {
  readonly backend: string;
  readonly method: string;
  readonly density: number;
}

/** Where a training is after a step. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Measured every few steps, the last one in between. */
  readonly accuracy: number;
  readonly explorationRate: number;
  /** `[28 · 28]`: connections of each input pixel into the first layer. */
  readonly connections: number[];
}

/**
 * Trains from the same start each time and reports after every step; breaking off the loop ends the training.
 *
 * @throws Error if the backend does not start in this browser
 */
export async function* train(settings: Settings): AsyncGenerator<Progress, void, undefined> {
  await startBackend(settings.backend);
  const random = seededRandom('digits');
  const batches = shuffledBatches(syntheticDigits({count: 2000, random}), random, {batchSize: 50});
  const test = orderedBatches(syntheticDigits({count: 300, random}), {batchSize: 300});
  const steps = EPOCHS * batches.perEpoch;

  const model = sparsify(network(), {density: settings.density, seed: 1});
  const optimizer = tf.train.momentum(0.05, 0.9);
  model.compile({optimizer, loss: 'categoricalCrossentropy'});
  const scheduler = schedulerFor(model, settings.method, steps);
  try {
    let accuracy = await measure(model, test.epoch());
    for (let step = 0; step < steps; ) {
      for (const batch of batches.epoch()) {
        const {x, y} = tensors(batch);
        const loss = (await model.trainOnBatch(x, y)) as number;
        tf.dispose([x, y]);
        await scheduler.step();
        step++;
        if (step % TEST_EVERY === 0) accuracy = await measure(model, test.epoch());
        const explorationRate = scheduler.tracker.rate;
        yield {step, steps, loss, accuracy, explorationRate, connections: inputConnections(model)};
      }
    }
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

function network(): tf.Sequential {
  const layer = (units: number, seed: number, options: object) =>
    tf.layers.dense({units, kernelInitializer: tf.initializers.glorotNormal({seed}), ...options});
  return tf.sequential({
    layers: [layer(128, 1, {inputShape: [784], activation: 'relu'}), layer(10, 2, {activation: 'softmax'})],
  });
}

function schedulerFor(model: tf.LayersModel, method: string, steps: number): DSTScheduler {
  if (method === 'static') return new StaticScheduler(model);
  const Scheduler = method === 'rigl' ? RigLScheduler : SETScheduler;
  return new Scheduler(model, {updateInterval: UPDATE_INTERVAL, dropFraction: cosineDecay(0.5, steps), seed: 1});
}

/** Share of the samples that the model reads right. */
async function measure(model: tf.LayersModel, batches: Iterable<Batch>): Promise<number> {
  let correct = 0;
  let total = 0;
  for (const {inputs, labels, count} of batches) {
    const classes = tf.tidy(() => (model.predict(tf.tensor2d(inputs, [count, 784])) as tf.Tensor).argMax(1));
    correct += (await classes.data()).filter((predicted, i) => predicted === labels[i]).length;
    total += count;
    classes.dispose();
  }
  return correct / total;
}

function inputConnections(model: tf.LayersModel): number[] {
  const {rowPtr, rows} = sparseWeights(model)[0].weight.topology;
  return Array.from({length: rows}, (_, row) => rowPtr[row + 1] - rowPtr[row]);
}

function tensors({inputs, labels, count}: Batch) {
  return {x: tf.tensor2d(inputs, [count, 784]), y: tf.tensor2d(oneHot(labels, 10), [count, 10])};
}
