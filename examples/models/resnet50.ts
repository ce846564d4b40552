import * as tf from '@tensorflow/tfjs';
import type {ModelOptions} from './modelOptions.ts';
import {batchNormalization, chain, seededLayers} from './seededLayers.ts';

/** Bottleneck blocks in each stage. */
const BLOCKS = [3, 4, 6, 3];
const EXPANSION = 4;

/**
 * ResNet-50 for ImageNet with the stride in the 3 × 3 convolutions, as in torchvision: 25,557,032 parameters.
 *
 * Strided convolutions and the pooling of the stem pad as 'same' does in tfjs.
 *
 * @returns dense and uncompiled, `[batch, 224, 224, 3] -> [batch, classes]`
 * @see He et al. 2016, https://arxiv.org/abs/1512.03385
 */
export function resnet50({inputShape = [224, 224, 3], classes = 1000, ...options}: ModelOptions = {}): tf.LayersModel {
  const {conv2d, dense} = seededLayers(options);
  const input = tf.input({shape: inputShape});
  let x = chain(
    input,
    conv2d({filters: 64, kernelSize: 7, strides: 2}),
    batchNormalization(),
    tf.layers.reLU(),
    tf.layers.maxPooling2d({poolSize: 3, strides: 2, padding: 'same'}),
  );
  for (const [stage, count] of BLOCKS.entries()) {
    for (let block = 0; block < count; block++) x = bottleneck(x, 64 << stage, stage > 0 && block === 0 ? 2 : 1);
  }
  const output = chain(x, tf.layers.globalAveragePooling2d({}), dense({units: classes, activation: 'softmax'}));
  return tf.model({inputs: input, outputs: output});

  function bottleneck(x: tf.SymbolicTensor, width: number, strides: number): tf.SymbolicTensor {
    const filters = EXPANSION * width;
    const residual = chain(
      x,
      conv2d({filters: width, kernelSize: 1}),
      batchNormalization(),
      tf.layers.reLU(),
      conv2d({filters: width, kernelSize: 3, strides}),
      batchNormalization(),
      tf.layers.reLU(),
      conv2d({filters, kernelSize: 1}),
      batchNormalization(),
    );
    const isSame = x.shape[3] === filters;
    const shortcut = isSame ? x : chain(x, conv2d({filters, kernelSize: 1, strides}), batchNormalization());
    return chain(tf.layers.add().apply([residual, shortcut]) as tf.SymbolicTensor, tf.layers.reLU());
  }
}
