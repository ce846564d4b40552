import * as tf from '@tensorflow/tfjs';
import type {ModelOptions} from './modelOptions.ts';
import {batchNormalization, chain, seededLayers} from './seededLayers.ts';

/** (22 layers − 4) / 6 */
const BLOCKS_PER_GROUP = 3;
const WIDEN_FACTOR = 2;

/**
 * WRN-22-2 for CIFAR, a wide residual network of pre-activation blocks, without dropout: 1,079,642 parameters.
 *
 * Where a block changes the width, its shortcut starts after the first normalization and ReLU. Strided convolutions pad as
 * 'same' does in tfjs.
 *
 * @returns dense and uncompiled, `[batch, 32, 32, 3] -> [batch, classes]`
 * @see Zagoruyko & Komodakis 2016, https://arxiv.org/abs/1605.07146
 */
export function wrn22x2({inputShape = [32, 32, 3], classes = 10, ...options}: ModelOptions = {}): tf.LayersModel {
  const {conv2d, dense} = seededLayers(options);
  const input = tf.input({shape: inputShape});
  let x = chain(input, conv2d({filters: 16, kernelSize: 3}));
  for (let group = 0; group < 3; group++) {
    const filters = (16 << group) * WIDEN_FACTOR;
    for (let block = 0; block < BLOCKS_PER_GROUP; block++) x = wideBlock(x, filters, group > 0 && block === 0 ? 2 : 1);
  }
  const pooled = chain(x, batchNormalization(), tf.layers.reLU(), tf.layers.globalAveragePooling2d({}));
  return tf.model({inputs: input, outputs: chain(pooled, dense({units: classes, activation: 'softmax'}))});

  function wideBlock(x: tf.SymbolicTensor, filters: number, strides: number): tf.SymbolicTensor {
    const activated = chain(x, batchNormalization(), tf.layers.reLU());
    const residual = chain(
      activated,
      conv2d({filters, kernelSize: 3, strides}),
      batchNormalization(),
      tf.layers.reLU(),
      conv2d({filters, kernelSize: 3}),
    );
    const shortcut = x.shape[3] === filters ? x : chain(activated, conv2d({filters, kernelSize: 1, strides}));
    return tf.layers.add().apply([residual, shortcut]) as tf.SymbolicTensor;
  }
}
