import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {registerConv2dBackpropFilter} from '../../../src/kernels/wasm/conv2dBackpropFilter.ts';
import {describeBackends, onCpu} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {someNumbers} from '../../support/layer.ts';

describeBackends('the gradient of a stock convolution', () => {
  test.each<[number | [number, number], 'same' | 'valid' | number]>([
    [1, 'valid'],
    [1, 'same'],
    [2, 'valid'],
    [2, 'same'],
    [3, 'same'],
    [[1, 2], 'valid'],
    [1, 1],
    [2, 2],
  ])('equals the one of cpu with strides %s and padding %s', async (strides, pad) => {
    const gradients = () => {
      const x = tf.tensor4d(someNumbers(2 * 8 * 7 * 3, 1), [2, 8, 7, 3]);
      const filter = tf.tensor4d(someNumbers(3 * 3 * 3 * 4, 2), [3, 3, 3, 4]);
      const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad).square() as tf.Tensor;
      return tf.grads(convolve)([x, filter]);
    };
    const expected = await onCpu(gradients);
    const actual = tf.tidy(gradients);
    for (const [i, gradient] of actual.entries()) expectClose(await gradient.data(), expected[i], 1e-4);
    tf.dispose(actual);
  });

  test('trains a convolutional network with batch normalization and pooling', async () => {
    const model = tf.sequential();
    const kernelInitializer = tf.initializers.glorotUniform({seed: 1});
    model.add(
      tf.layers.conv2d({inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu', kernelInitializer}),
    );
    model.add(tf.layers.batchNormalization());
    model.add(tf.layers.maxPooling2d({poolSize: 2}));
    model.add(tf.layers.flatten());
    model.add(tf.layers.dense({units: 2, activation: 'softmax', kernelInitializer}));
    const optimizer = tf.train.adam(0.01);
    model.compile({optimizer, loss: 'categoricalCrossentropy'});
    // Two classes of images: bright above and bright below.
    const images = tf.tidy(() => {
      const noise = tf.tensor4d(someNumbers(32 * 64, 1), [32, 8, 8, 1]).mul(0.3);
      const isAbove = tf.range(0, 32).mod(2).reshape([32, 1, 1, 1]);
      const above = tf.less(tf.range(0, 8), 4).cast('float32').reshape([1, 8, 1, 1]);
      return noise.add(isAbove.mul(above)).add(tf.sub(1, isAbove).mul(tf.sub(1, above)));
    });
    const labels = tf.tidy(() => tf.oneHot(tf.range(0, 32, 1, 'int32').mod(2).cast('int32'), 2));
    const {history} = await model.fit(images, labels, {epochs: 5, batchSize: 16, shuffle: false, verbose: 0});
    expect(history.loss[4] as number).toBeLessThan(0.5 * (history.loss[0] as number));
    tf.dispose([images, labels]);
    model.dispose();
    optimizer.dispose();
  });

  test('is registered once', () => {
    const before = tf.getKernel('Conv2DBackpropFilter', 'wasm');
    registerConv2dBackpropFilter();
    expect(tf.getKernel('Conv2DBackpropFilter', 'wasm')).toBe(before);
  });
}, ['wasm']);
