import * as tf from '@tensorflow/tfjs';
import type {ModelOptions} from './modelOptions.ts';
import {batchNormalization, chain, seededLayers} from './seededLayers.ts';

/**
 * A ResNet of basic blocks for CIFAR, as the ITOP code has it from kuangliu/pytorch-cifar: a 3 × 3 stem with 64 channels and
 * no pooling, four stages of 64 to 512 channels, global average pooling.
 *
 * Strided convolutions pad as 'same' does in tfjs, below and to the right; PyTorch pads above and to the left.
 *
 * @param blocks  number of blocks in each stage
 * @returns dense and uncompiled, `[batch, 32, 32, 3] -> [batch, classes]`
 * @see He et al. 2016, https://arxiv.org/abs/1512.03385
 */
export function cifarResNet(
  blocks: readonly number[],
  {inputShape = [32, 32, 3], classes = 10, ...options}: ModelOptions,
): tf.LayersModel {
  const {conv2d, dense} = seededLayers(options);
  const input = tf.input({shape: inputShape});
  let x = chain(input, conv2d({filters: 64, kernelSize: 3}), batchNormalization(), tf.layers.reLU());
  for (const [stage, count] of blocks.entries()) {
    for (let block = 0; block < count; block++) x = basicBlock(x, 64 << stage, stage > 0 && block === 0 ? 2 : 1);
  }
  const output = chain(x, tf.layers.globalAveragePooling2d({}), dense({units: classes, activation: 'softmax'}));
  return tf.model({inputs: input, outputs: output});

  function basicBlock(x: tf.SymbolicTensor, filters: number, strides: number): tf.SymbolicTensor {
    const isSame = strides === 1 && x.shape[3] === filters;
    const residual = chain(
      x,
      conv2d({filters, kernelSize: 3, strides}),
      batchNormalization(),
      tf.layers.reLU(),
      conv2d({filters, kernelSize: 3}),
      batchNormalization(),
    );
    const shortcut = isSame ? x : chain(x, conv2d({filters, kernelSize: 1, strides}), batchNormalization());
    return chain(tf.layers.add().apply([residual, shortcut]) as tf.SymbolicTensor, tf.layers.reLU());
  }
}
