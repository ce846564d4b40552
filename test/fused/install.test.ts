import * as tf from '@tensorflow/tfjs';
import {maskedDense} from 'itop';
import {expect, test} from 'vitest';
import '../../src/fused/register.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {someData} from '../support/training.ts';

describeBackends('predict', () => {
  test('can be differentiated, however often it was called before', async () => {
    const model = tf.sequential({
      layers: [maskedDense({units: 4, inputShape: [12], density: 0.5, activation: 'tanh', seed: 1})],
    });
    const {x, y} = someData();
    for (let call = 0; call < 4; call++) tf.dispose(model.predict(x));
    const gradientsBy = (compute: (x: tf.Tensor) => unknown) =>
      tf.tidy(() => {
        const loss = () => tf.losses.meanSquaredError(y, compute(x) as tf.Tensor) as tf.Scalar;
        return Object.values(tf.variableGrads(loss).grads).map((gradient) => tf.keep(gradient));
      });
    const actual = gradientsBy((x) => model.predict(x));
    const expected = gradientsBy((x) => model.apply(x));
    expect(actual).toHaveLength(2);
    for (const [i, gradient] of actual.entries()) {
      expectClose(await gradient.data<'float32'>(), await expected[i].data<'float32'>());
    }
    tf.dispose([x, y, actual, expected]);
    model.dispose();
  });
});
