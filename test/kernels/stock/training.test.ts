import * as tf from '@tensorflow/tfjs';
import {maskedDense} from 'itop';
import {describe, expect, test} from 'vitest';
import {accelerateTfjs} from '../../../src/kernels/stock/accelerateTfjs.ts';
import {describeBackends} from '../../support/backends.ts';
import {disposeOptimizer, stockOptimizers} from '../../support/optimizers.ts';
import {someData} from '../../support/training.ts';

const kernelInitializer = () => tf.initializers.glorotUniform({seed: 1});

const models: Record<string, () => tf.Sequential> = {
  dense: () =>
    tf.sequential({
      layers: [
        tf.layers.dense({inputShape: [12], units: 16, activation: 'relu', kernelInitializer: kernelInitializer()}),
        tf.layers.batchNormalization(),
        tf.layers.dense({units: 8, activation: 'elu', kernelInitializer: kernelInitializer()}),
        tf.layers.dense({units: 4, activation: 'softmax', kernelInitializer: kernelInitializer()}),
      ],
    }),
  sparse: () =>
    tf.sequential({
      layers: [
        maskedDense({inputShape: [12], units: 16, density: 0.3, activation: 'relu', seed: 1}),
        maskedDense({units: 8, density: 0.5, activation: 'tanh', seed: 2}),
        maskedDense({units: 4, density: 0.5, activation: 'softmax', seed: 3}),
      ],
    }),
  convolutional: () =>
    tf.sequential({
      layers: [
        tf.layers.reshape({inputShape: [12], targetShape: [4, 3, 1]}),
        tf.layers.conv2d({filters: 6, kernelSize: 2, padding: 'same', kernelInitializer: kernelInitializer()}),
        tf.layers.batchNormalization(),
        tf.layers.activation({activation: 'relu'}),
        tf.layers.maxPooling2d({poolSize: 2, strides: 1}),
        tf.layers.dropout({rate: 0.2, seed: 4}),
        tf.layers.globalAveragePooling2d({dataFormat: 'channelsLast'}),
        tf.layers.dense({units: 4, activation: 'softmax', kernelInitializer: kernelInitializer()}),
      ] as tf.layers.Layer[],
    }),
};

/** Everything that `fit` reports, and the weights it ends with. */
async function train(makeModel: () => tf.Sequential, optimizer: tf.Optimizer) {
  const model = makeModel();
  const {x, y} = someData(40);
  model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy']});
  const before = tf.memory().numTensors;
  const options = {epochs: 3, batchSize: 8, shuffle: false, validationSplit: 0.2, verbose: 0} as const;
  const {history} = await model.fit(x, y, options);
  const tensors = tf.memory().numTensors - before;
  const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
  const predictions = tf.tidy(() => [...(model.predict(x, {batchSize: 16}) as tf.Tensor).dataSync()]);
  tf.dispose([x, y]);
  model.dispose();
  disposeOptimizer(optimizer);
  return {history, weights, predictions, tensors};
}

describeBackends('training with the fast kernels', () => {
  describe.each(Object.keys(models))('of a %s network', (name) => {
    const optimizers = name === 'convolutional' ? stockOptimizers.slice(0, 2) : stockOptimizers;
    test.each(optimizers)('with $name gives the same losses, weights and predictions', async ({make}) => {
      const expected = await train(models[name], make());
      const restore = accelerateTfjs();
      const actual = await train(models[name], make());
      restore();
      expect(actual).toEqual(expected);
      expect(expected.history.loss.every((loss) => Number.isFinite(loss))).toBe(true);
    });
  });
}, ['cpu', 'wasm']);
