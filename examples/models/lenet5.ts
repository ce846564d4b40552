import * as tf from '@tensorflow/tfjs';
import type {ModelOptions} from './modelOptions.ts';
import {seededLayers} from './seededLayers.ts';

/**
 * LeNet-5 as in Caffe, 20-50-500-10 without padding: 431,080 parameters.
 *
 * @returns dense and uncompiled, `[batch, 28, 28, 1] -> [batch, classes]`
 */
export function lenet5({inputShape = [28, 28, 1], classes = 10, ...options}: ModelOptions = {}): tf.Sequential {
  const {conv2d, dense} = seededLayers(options);
  const convolution = {kernelSize: 5, padding: 'valid', useBias: true, activation: 'relu'} as const;
  return tf.sequential({
    layers: [
      conv2d({filters: 20, ...convolution, inputShape}),
      tf.layers.maxPooling2d({poolSize: 2}),
      conv2d({filters: 50, ...convolution}),
      tf.layers.maxPooling2d({poolSize: 2}),
      tf.layers.flatten(),
      dense({units: 500, activation: 'relu'}),
      dense({units: classes, activation: 'softmax'}),
    ],
  });
}
