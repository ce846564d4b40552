import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import {softmaxCrossEntropy} from '../../src/fused/crossEntropy.ts';
import {expectClose} from '../support/close.ts';

/** Loss and gradient by tfjs. */
function expected(z: Float32Array, targets: Float32Array, batch: number) {
  return tf.tidy(() => {
    const shape: [number, number] = [batch, z.length / batch];
    const loss = (z: tf.Tensor) =>
      tf.metrics.categoricalCrossentropy(tf.tensor2d(targets, shape), tf.softmax(z)).mean() as tf.Scalar;
    const {value, grad} = tf.valueAndGrad(loss)(tf.tensor2d(z, shape));
    return {loss: value.dataSync()[0], gradient: grad.dataSync().slice()};
  });
}

describe('softmaxCrossEntropy', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('gives the loss and its gradient for two classes by hand', () => {
    // p = (1/2, 1/2) and the target is the first class: −ln 1/2, p − t.
    const {loss, output, gradient} = softmaxCrossEntropy(Float32Array.of(3, 3), [1, 0], 1);
    expect(loss).toBeCloseTo(Math.LN2, 7);
    expect([...output]).toEqual([0.5, 0.5]);
    expect([...gradient]).toEqual([-0.5, 0.5]);
  });

  it('equals tfjs for any scores and any targets, soft ones among them', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: 5}),
        fc.array(fc.tuple(fc.double({min: -8, max: 8, noNaN: true}), fc.double({min: 0, max: 1, noNaN: true})), {
          minLength: 3,
          maxLength: 3,
        }),
        (batch, sample) => {
          const z = Float32Array.from({length: 3 * batch}, (_, i) => sample[i % 3][0] * (1 + Math.floor(i / 3)) * 0.3);
          const targets = Float32Array.from({length: 3 * batch}, (_, i) => sample[(i + 1) % 3][1]);
          const {loss, gradient} = softmaxCrossEntropy(z, targets, batch);
          const stock = expected(z, targets, batch);
          expectClose([loss, ...gradient], [stock.loss, ...stock.gradient], 1e-5);
        },
      ),
      {seed: 1, numRuns: 100},
    );
  });

  it('passes no gradient through a probability that tfjs clips', () => {
    const z = Float32Array.of(40, 0, 0);
    const {loss, gradient} = softmaxCrossEntropy(z, [0, 1, 0], 1);
    const stock = expected(z, Float32Array.of(0, 1, 0), 1);
    expectClose([loss, ...gradient], [stock.loss, ...stock.gradient]);
    expect([...gradient]).toEqual([0, 0, 0]);
  });
});
