import * as tf from '@tensorflow/tfjs';
import {maskedDense, type Reparameterization, swat, targetedDropout, topKast} from 'itop';
import {afterEach, expect, it, vi} from 'vitest';
import {describeBackends} from '../support/backends.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

// A device of WebGPU in Node cannot be read synchronously.
describeBackends('the largest weights are chosen without reading them', (backend) => {
  it.each<[name: string, Reparameterization, zeros: number]>([
    ['topKast', topKast({forward: 0.25, backward: 0.5, l2: 0.1}), 30],
    ['swat', swat({weights: 0.25, activations: 0.5}), 30],
    ['targetedDropout', targetedDropout({targeted: 0.25, rate: 1}), 10],
  ])('%s', async (_, reparameterization, zeros) => {
    await tf.setBackend(backend);
    const layer = maskedDense({units: 4, inputShape: [10], density: 1, reparameterization, seed: 1});
    const model = tf.sequential({layers: [layer]});
    const reads = vi.spyOn(tf.Tensor.prototype, 'dataSync');
    const {value, grads} = tf.variableGrads(() => {
      const losses = [
        layer.call(tf.ones([3, 10]), {training: true}).sum(),
        ...layer.losses.map((loss) => (loss as () => tf.Scalar)()),
      ];
      return tf.addN(losses) as tf.Scalar;
    }, [layer.sparseWeight.variable]);
    const values = tf.tidy(() => layer.sparseWeight.computed(true));
    expect(reads).not.toHaveBeenCalled();
    const [numbers, stored] = [await values.data(), await layer.sparseWeight.variable.data()];
    expect(numbers.filter((value) => value === 0).length).toBe(zeros);
    // What is left is larger than what is left out.
    const [left, out] = [0, 1].map((isOut) =>
      stored.filter((_, i) => Number(numbers[i] === 0) === isOut).map(Math.abs),
    );
    expect(Math.min(...left)).toBeGreaterThan(Math.max(...out));
    tf.dispose([value, grads, values]);
    model.dispose();
  });
});
