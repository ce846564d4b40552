import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {RigLScheduler} from 'itop';
import {arena} from '../../src/fused/arena.ts';
import {collectGarbage} from '../../test/support/garbage.ts';
import {disposeOptimizer} from '../../test/support/optimizers.ts';
import {smallModel, someData} from '../../test/support/training.ts';

/** What a training holds. */
export interface Held {
  readonly tensors: number;
  /** Bytes in use in the heap of the fused step. */
  readonly heap: number;
  /** Megabytes of the process: objects of JavaScript, and all. */
  readonly objects: number;
  readonly process: number;
}

/** Megabytes that objects and the process may grow by. */
const MOST_GROWTH = 32;

/**
 * Trains a small network for so many steps, with an update by gradients every hundred, and looks at what it holds after the first tenth and
 * at the end. Tensors and the heap must be the same; the history of the tracker and the engine's own caches have a bound.
 *
 * @returns what is held at both times
 * @throws Error if it grows
 */
export async function steadyMemory(backend: 'cpu' | 'wasm', steps: number): Promise<readonly [Held, Held]> {
  await tf.setBackend(backend);
  const {x, y} = someData();
  const model = smallModel(tf.train.adam(0.001));
  const scheduler = new RigLScheduler(model, {updateInterval: 100, dropFraction: 0.3, seed: 1});
  const train = async (count: number) => {
    for (let step = 0; step < count; step++) {
      await model.trainOnBatch(x, y);
      await scheduler.step();
    }
    return held();
  };
  const early = await train(Math.ceil(steps / 10));
  const late = await train(steps - Math.ceil(steps / 10));
  const {optimizer} = model;
  model.dispose();
  disposeOptimizer(optimizer);
  tf.dispose([x, y]);
  const isSteady =
    late.tensors === early.tensors &&
    late.heap === early.heap &&
    late.objects - early.objects < MOST_GROWTH &&
    late.process - early.process < MOST_GROWTH;
  if (isSteady) return [early, late];
  throw new Error(
    `soak: memory must stay as it is over ${steps} steps on ${backend}, received ${JSON.stringify(late)} after ${JSON.stringify(early)}.`,
  );
}

async function held(): Promise<Held> {
  await collectGarbage(() => false);
  const {heapUsed, rss} = process.memoryUsage();
  const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10;
  return {
    tensors: tf.memory().numTensors,
    heap: arena().heap.bytesInUse,
    objects: megabytes(heapUsed),
    process: megabytes(rss),
  };
}
