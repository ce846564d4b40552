import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {maskedConv2d, maskedDense} from 'itop';
import {someData} from './training.ts';

/** What one layer of a random network is; sizes are taken modulo what the image allows. */
const choices = fc.record({
  kind: fc.constantFrom('convolution', 'normalisation', 'max', 'mean', 'activation', 'residual', 'copy', 'padded'),
  size: fc.integer({min: 1, max: 4}),
  strides: fc.tuple(fc.integer({min: 1, max: 2}), fc.integer({min: 1, max: 2})),
  isSame: fc.boolean(),
  density: fc.oneof(fc.double({min: 0.05, max: 1, noNaN: true}), fc.constant(1)),
  activation: fc.constantFrom('linear', 'relu', 'sigmoid', 'tanh') as fc.Arbitrary<'linear'>,
  seed: fc.integer({min: 0, max: 1000}),
});
type Choice = typeof choices extends fc.Arbitrary<infer T> ? T : never;

/** Small networks of images: convolutions, pooling, normalisation, activations and residual connections, in any order. */
export const anyNetwork = fc.record({
  height: fc.integer({min: 1, max: 9}),
  width: fc.integer({min: 1, max: 9}),
  channels: fc.integer({min: 1, max: 5}),
  layers: fc.array(choices, {minLength: 1, maxLength: 6}),
  batch: fc.integer({min: 2, max: 70}),
});

export type RandomNetwork = typeof anyNetwork extends fc.Arbitrary<infer T> ? T : never;

function apply(x: tf.SymbolicTensor, layer: tf.layers.Layer): tf.SymbolicTensor {
  return layer.apply(x) as tf.SymbolicTensor;
}

/** One more layer on top of an image; a kernel or window is never larger than the image. */
function addLayer(x: tf.SymbolicTensor, choice: Choice): tf.SymbolicTensor {
  const {kind, size, strides, isSame, density, activation, seed} = choice;
  const [, height, width, channels] = x.shape as number[];
  const kernelSize: [number, number] = [Math.min(size, height), Math.min(5 - size, width)];
  const padding = isSame ? 'same' : 'valid';
  const convolution = (options: object) =>
    maskedConv2d({filters: 3, kernelSize, padding, density, activation, seed, ...options});
  switch (kind) {
    case 'convolution':
      return apply(x, convolution({strides, filters: size}));
    case 'normalisation':
      return apply(x, tf.layers.batchNormalization({momentum: 0.5, epsilon: 0.1}));
    case 'max':
      return apply(x, tf.layers.maxPooling2d({poolSize: kernelSize, strides, padding}));
    case 'mean':
      return apply(x, tf.layers.averagePooling2d({poolSize: kernelSize, strides, padding: 'valid'}));
    case 'activation':
      return apply(x, tf.layers.activation({activation}));
    case 'residual':
      return tf.layers
        .add()
        .apply([
          x,
          apply(x, convolution({padding: 'same', filters: channels, dilationRate: strides})),
        ]) as tf.SymbolicTensor;
    case 'padded': {
      const padding: [[number, number], [number, number]] = [
        [size - 1, strides[0]],
        [strides[1], 0],
      ];
      return apply(apply(x, tf.layers.zeroPadding2d({padding})), convolution({strides}));
    }
    case 'copy':
      return apply(apply(x, tf.layers.flatten()), tf.layers.reshape({targetShape: [width, height, channels]}));
  }
}

/** Builds a network; the same weights each time. */
export function buildNetwork({height, width, channels, layers}: RandomNetwork): tf.LayersModel {
  const input = tf.input({shape: [height, width, channels]});
  const features = apply(layers.reduce(addLayer, input), tf.layers.flatten());
  const output = maskedDense({units: 4, density: 0.7, activation: 'softmax', seed: 1});
  return tf.model({inputs: input, outputs: apply(features, output)});
}

/** A batch for a network. */
export function dataFor({height, width, channels, batch}: RandomNetwork): {x: tf.Tensor; y: tf.Tensor} {
  return tf.tidy(() => {
    const size = height * width * channels;
    const {x, y} = someData(batch, Math.max(5, size));
    return {x: x.slice([0, 0], [batch, size]).reshape([batch, height, width, channels]), y};
  });
}
