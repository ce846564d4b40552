import * as tf from '@tensorflow/tfjs';
import {cubicDensity, GMPScheduler, sparseWeights, sparsify} from 'itop';
import {describe, expect, it} from 'vitest';

function mlp(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({units: 12, inputShape: [10], activation: 'relu', name: 'hidden'}),
      tf.layers.dense({units: 4, activation: 'softmax', name: 'out'}),
    ],
  });
}

describe('GMPScheduler', () => {
  it('prunes every layer along the schedule, keeps the largest weights, and training goes on', async () => {
    await tf.setBackend('cpu');
    const model = sparsify(mlp(), {density: 1, seed: 1});
    model.compile({optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy'});
    const density = cubicDensity(1, 0.1, {endStep: 20});
    const scheduler = new GMPScheduler(model, {updateInterval: 4, density, seed: 1});
    const x = tf.randomNormal([32, 10], 0, 1, 'float32', 1);
    const y = tf.oneHot(
      tf.tensor1d(
        Array.from({length: 32}, (_, i) => i % 4),
        'int32',
      ),
      4,
    );
    for (let step = 1; step <= 24; step++) {
      await model.trainOnBatch(x, y);
      const before = sparseWeights(model).map(({weight}) => [...weight.variable.dataSync()].map(Math.abs));
      const report = await scheduler.step();
      if (!report) continue;
      sparseWeights(model).forEach(({weight}, layer) => {
        const {nnz, size} = weight.topology;
        expect(nnz).toBe(Math.round(density(step) * size));
        const kept = [...weight.variable.dataSync()].map(Math.abs).sort((a, b) => a - b);
        expect(kept).toEqual(before[layer].sort((a, b) => a - b).slice(-nnz));
      });
      expect(report.grown).toBe(0);
    }
    expect(sparseWeights(model).map(({weight}) => weight.topology.nnz)).toEqual([12, 5]);
    expect(scheduler.tracker.rate).toBe(1);
    // 10·12·0.1 + biases, and the slots of Adam have shrunk with the values.
    expect(model.optimizer.getWeights).toBeDefined();
    const slots = (await model.optimizer.getWeights()).map(({tensor}) => tensor.shape);
    expect(slots.filter(([length]) => length === 12 || length === 5)).toHaveLength(2 * 3);
  });

  it('refuses to be made without a schedule of the density', () => {
    const model = sparsify(mlp(), {density: 1, seed: 1});
    model.compile({optimizer: 'sgd', loss: 'categoricalCrossentropy'});
    expect(() => new GMPScheduler(model, {updateInterval: 4} as never)).toThrow(
      new TypeError(
        'GMPScheduler: density must be a number or a schedule, received undefined. Write for instance cubicDensity(1, 0.1, {endStep: 5000}).',
      ),
    );
  });
});
