import * as tf from '@tensorflow/tfjs';
import {kernelNames} from 'itop';
import {convGeometryOf} from '../src/ops/convGeometry.ts';
import {conv2dBackpropFilter} from '../src/ops/convGradients.ts';
import {type LayerProducts, runKernel} from './layerProducts.ts';
import type {ConvolutionShape} from './shapes.ts';

type Shape4D = [number, number, number, number];

/** The products of a convolution, the dense ones as `tf.conv2d` and its gradient do them. */
export function convolutionProducts({kernel, image, strides = 1}: ConvolutionShape, batch: number): LayerProducts {
  const filterShape = [...kernel] as Shape4D;
  const inputShape: Shape4D = [batch, ...image, kernel[2]];
  const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, 'same');
  const geometry = convGeometryOf(info);
  const x = tf.randomNormal<tf.Rank.R4>(inputShape, 0, 1, 'float32', 1);
  const dy = tf.randomNormal<tf.Rank.R4>(info.outShape, 0, 1, 'float32', 2);
  const filter = tf.randomNormal<tf.Rank.R4>(filterShape, 0, 1, 'float32', 3);
  const stock = {strides, pad: 'same', dataFormat: 'NHWC'};
  return {
    name: `${kernel.join('×')}${strides > 1 ? ` /${strides}` : ''} on ${image.join('×')}`,
    multiplications: batch * info.outHeight * info.outWidth,
    operands: [x, dy, filter],
    products: [
      {
        name: 'forward',
        dense: () => tf.conv2d(x, filter, strides, 'same'),
        sparse: ({topology, values}) => runKernel(kernelNames.sparseConv2d, {x, values}, {topology, geometry}),
      },
      {
        name: 'gradient of input',
        dense: () => runKernel('Conv2DBackpropInput', {dy, filter}, {...stock, inputShape}),
        sparse: ({topology, values}) =>
          runKernel(kernelNames.sparseConv2dBackpropInput, {dy, values}, {topology, geometry}),
      },
      {
        name: 'gradient of weights',
        dense: () => runKernel('Conv2DBackpropFilter', {x, dy}, {...stock, filterShape}),
        denseByItop: () => conv2dBackpropFilter(x, dy, geometry),
        sparse: ({topology}) => runKernel(kernelNames.sparseConv2dBackpropValues, {x, dy}, {topology, geometry}),
      },
    ],
  };
}
