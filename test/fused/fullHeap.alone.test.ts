import * as tf from '@tensorflow/tfjs';
import {maskedConv2d, maskedDense, RigLScheduler, setThreads} from 'itop';
import {afterEach, expect, test, vi} from 'vitest';
import {arena} from '../../src/fused/arena.ts';
import {FusedModel} from '../../src/fused/fusedModel.ts';
import {OutOfMemory} from '../../src/kernels/wasm/memoryPool.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {someNumbers} from '../support/layer.ts';
import {disposeOptimizer} from '../support/optimizers.ts';

function build(): tf.Sequential {
  const model = tf.sequential();
  model.add(maskedConv2d({filters: 3, kernelSize: 2, padding: 'same', density: 0.5, seed: 1, inputShape: [4, 4, 2]}));
  model.add(tf.layers.batchNormalization());
  model.add(tf.layers.reLU());
  model.add(tf.layers.flatten());
  model.add(maskedDense({units: 2, density: 0.5, seed: 2}));
  return model;
}

/** Trains with updates by gradients, and predicts. @returns losses, weights and predictions */
async function train(): Promise<number[]> {
  const model = build();
  const optimizer = tf.train.momentum(0.05, 0.9);
  model.compile({optimizer, loss: 'meanSquaredError'});
  const scheduler = new RigLScheduler(model, {updateInterval: 2, dropFraction: 0.3, seed: 5});
  const [x, y] = [tf.tensor(someNumbers(6 * 32, 1), [6, 4, 4, 2]), tf.tensor(someNumbers(6 * 2, 2), [6, 2])];
  const results: number[] = [];
  for (let step = 0; step < 5; step++) {
    results.push((await model.trainOnBatch(x, y)) as number);
    await scheduler.step();
  }
  const prediction = model.predict(x) as tf.Tensor;
  results.push(...prediction.dataSync());
  for (const weight of model.weights)
    if (weight.read() instanceof tf.Variable) results.push(...weight.read().dataSync());
  tf.dispose([x, y, prediction]);
  model.dispose();
  disposeOptimizer(optimizer);
  return results;
}

describeBackends('a heap without room', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    setThreads();
  });

  test.each([
    1, 2,
  ])('leaves steps and predictions to single ops, wherever it is full, and leaks nothing, with %i threads', async (count) => {
    setThreads(count);
    const steps = vi.spyOn(FusedModel.prototype as unknown as {step(): void}, 'step');
    const expected = await train();
    expect(steps).toHaveBeenCalled();
    const {heap} = arena();
    const allocate = heap.allocate.bind(heap);
    let refused = 0;
    for (let room = 0; ; room++) {
      const before = heap.bytesInUse;
      let allocations = 0;
      const full = vi.spyOn(heap, 'allocate').mockImplementation((bytes) => {
        if (allocations++ < room) return allocate(bytes);
        refused++;
        throw new OutOfMemory('full');
      });
      const results = await train();
      full.mockRestore();
      expectClose(results, expected, 1e-5);
      expect(heap.bytesInUse).toBe(before);
      if (allocations <= room) break;
    }
    expect(refused).toBeGreaterThan(20);
  });
}, ['cpu', 'wasm']);
