import * as tf from '@tensorflow/tfjs';
import type {ModelOptions} from './modelOptions.ts';
import {batchNormalization, seededLayers} from './seededLayers.ts';

/** `[kernel size, channels]` of the convolutions; max pooling after each stage. */
const STAGES = [
  [
    [3, 64],
    [3, 64],
  ],
  [
    [3, 128],
    [3, 128],
  ],
  [
    [3, 256],
    [3, 256],
    [1, 256],
  ],
  [
    [3, 512],
    [3, 512],
    [1, 512],
  ],
  [
    [3, 512],
    [3, 512],
    [1, 512],
  ],
] as const;

/**
 * VGG-16-C for CIFAR as in the code of SNIP, Sparse Momentum and ITOP: 11,319,242 parameters.
 *
 * 13 convolutions, of which the last of each later stage is 1 × 1, each followed by batch normalization and ReLU; then
 * 2048-512-512-classes with batch normalization after each ReLU. All convolutions pad by one, the 1 × 1 too, as they do
 * there, so images grow by two before three of the poolings. The one difference: no bias in front of batch normalization,
 * which would take it away again (there: 4,224 parameters more).
 *
 * @returns dense and uncompiled, `[batch, 32, 32, 3] -> [batch, classes]`
 * @see Simonyan & Zisserman 2015, Table 1, configuration C, https://arxiv.org/abs/1409.1556
 */
export function vgg16({inputShape = [32, 32, 3], classes = 10, ...options}: ModelOptions = {}): tf.Sequential {
  const {conv2d, dense} = seededLayers(options);
  const model = tf.sequential();
  const add = (...layers: tf.layers.Layer[]) => layers.forEach((layer) => void model.add(layer));
  for (const stage of STAGES) {
    for (const [kernelSize, filters] of stage) {
      if (kernelSize === 1) add(tf.layers.zeroPadding2d({padding: 1}));
      const isFirst = model.layers.length === 0;
      add(conv2d({filters, kernelSize, ...(isFirst ? {inputShape} : {})}), batchNormalization(), tf.layers.reLU());
    }
    add(tf.layers.maxPooling2d({poolSize: 2}));
  }
  add(tf.layers.flatten());
  for (const units of [512, 512]) add(dense({units, activation: 'relu'}), batchNormalization());
  add(dense({units: classes, activation: 'softmax'}));
  return model;
}
