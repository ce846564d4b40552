import * as tf from '@tensorflow/tfjs';
import type {ConvGeometry} from './convGeometry.ts';

/** The kernel of backends that have one: `{x: [batch, h, w, in], dy: [batch, h', w', out]} -> [kh, kw, in, out]`. */
export const FILTER_GRADIENT = 'ItopFilterGradient';

/** The input with its border of zeros, so that the convolution itself is 'valid': every backend knows that one. */
export function padInput(x: tf.Tensor4D, {pad}: ConvGeometry): tf.Tensor4D {
  if (pad.top + pad.bottom + pad.left + pad.right === 0) return x;
  return tf.pad(x, [
    [0, 0],
    [pad.top, pad.bottom],
    [pad.left, pad.right],
    [0, 0],
  ]);
}

/**
 * The gradient of a convolution with respect to its filter, by the backend's kernel for it where it has one.
 *
 * @param x   `[batch, h, w, in]`
 * @param dy  `[batch, h', w', out]`
 * @returns `[kh, kw, in, out]`
 */
export function conv2dBackpropFilter(x: tf.Tensor4D, dy: tf.Tensor4D, geometry: ConvGeometry): tf.Tensor4D {
  if (tf.getKernel(FILTER_GRADIENT, tf.getBackend()) == null) return filterGradientByConvolution(x, dy, geometry);
  return tf.engine().runKernel(FILTER_GRADIENT, {x, dy}, {geometry} as unknown as tf.NamedAttrMap) as tf.Tensor4D;
}

/**
 * The same as one stock convolution.
 *
 * Seen with channels as batch and batch as channels, the input convolved with the output's gradient is the filter's
 * gradient; strides and dilations change places. So it runs wherever `conv2d` runs: on wasm, which has no kernel for it,
 * and for dilated convolutions, whose gradient tfjs does not offer.
 */
export function filterGradientByConvolution(x: tf.Tensor4D, dy: tf.Tensor4D, geometry: ConvGeometry): tf.Tensor4D {
  const {kernelHeight, kernelWidth, inChannels, outChannels, strides, dilations} = geometry;
  return tf.tidy(() => {
    const gradient = tf.conv2d(
      tf.transpose(padInput(x, geometry), [3, 1, 2, 0]),
      tf.transpose(dy, [1, 2, 0, 3]),
      [...dilations],
      'valid',
      'NHWC',
      [...strides],
    );
    // Where the stride does not divide the input, its last rows meet no filter row: cut what they gave.
    const filter = tf.slice(gradient, [0, 0, 0, 0], [inChannels, kernelHeight, kernelWidth, outChannels]);
    return tf.transpose(filter, [1, 2, 0, 3]);
  });
}

/**
 * The gradient of a convolution with respect to its input.
 *
 * @param dy      `[batch, h', w', out]`
 * @param filter  `[kh, kw, in, out]`
 * @returns `[batch, h, w, in]`
 */
export function conv2dBackpropInput(dy: tf.Tensor4D, filter: tf.Tensor4D, geometry: ConvGeometry): tf.Tensor4D {
  const {batch, inHeight, inWidth, inChannels, pad, dilations} = geometry;
  return tf.tidy(() => {
    const isDilated = dilations[0] > 1 || dilations[1] > 1;
    const padded = isDilated ? fullConvolution(dy, filter, geometry) : transposedConvolution(dy, filter, geometry);
    return tf.slice(padded, [0, pad.top, pad.left, 0], [batch, inHeight, inWidth, inChannels]);
  });
}

function transposedConvolution(dy: tf.Tensor4D, filter: tf.Tensor4D, geometry: ConvGeometry): tf.Tensor4D {
  const {batch, inHeight, inWidth, inChannels, pad, strides} = geometry;
  const paddedShape: [number, number, number, number] = [
    batch,
    inHeight + pad.top + pad.bottom,
    inWidth + pad.left + pad.right,
    inChannels,
  ];
  return tf.conv2dTranspose(dy, filter, paddedShape, [...strides], 'valid');
}

/** Dilated convolutions have stride 1: their adjoint is the convolution over all overlaps with the filter turned around. */
function fullConvolution(dy: tf.Tensor4D, filter: tf.Tensor4D, geometry: ConvGeometry): tf.Tensor4D {
  const {kernelHeight, kernelWidth, dilations} = geometry;
  const reach = [(kernelHeight - 1) * dilations[0], (kernelWidth - 1) * dilations[1]];
  return tf.conv2d(
    tf.pad(dy, [
      [0, 0],
      [reach[0], reach[0]],
      [reach[1], reach[1]],
      [0, 0],
    ]),
    tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]),
    1,
    'valid',
    'NHWC',
    [...dilations],
  );
}
