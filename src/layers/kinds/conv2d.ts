import * as tf from '@tensorflow/tfjs';
import {isSparseLayer} from '../sparseLayer.ts';
import {StockConv2D, type StockKernelLayer} from '../stockLayers.ts';
import {classOf} from './classOf.ts';
import type {LayerKind} from './layerKind.ts';
import {NotCovered} from './notCovered.ts';
import {byOutput} from './positions.ts';

interface Conv2DFields extends StockKernelLayer {
  readonly kernelSize: [number, number];
  readonly strides: [number, number];
  readonly padding: 'valid' | 'same';
  readonly dilationRate: [number, number];
}

/** A two-dimensional convolution. */
export const conv2d: LayerKind = {
  stock: StockConv2D as never,
  sparseName: 'ItopMaskedConv2d',
  positionsOf: byOutput,
  plan: (graph, layer: Conv2DFields, [from]) => {
    const {kernelSize: size, strides, padding, dilationRate: dilations} = layer;
    const isDilated = Math.max(...dilations) > 1;
    if (isDilated && !isSparseLayer(layer)) {
      throw new NotCovered(`layer "${layer.name}" is a dense convolution with dilations, which tfjs does not train`);
    }
    if (isDilated && Math.max(...strides) > 1) {
      throw new NotCovered(`layer "${layer.name}" has strides and dilations, which tfjs refuses`);
    }
    return graph.convolution(layer, from, {size, strides, padding, dilations});
  },
  planLimits: 'channels last; with dilations only if it is sparse, since tfjs does not train them',
  replays: true,
};

interface ZeroPaddingFields extends tf.layers.Layer {
  readonly padding: readonly [height: readonly [number, number], width: readonly [number, number]];
}

/** Zeros around an image. */
export const zeroPadding2d: LayerKind = {
  stock: classOf(tf.layers.zeroPadding2d({name: 'itop'})),
  plan: (graph, layer: ZeroPaddingFields, [from]) => {
    const [[top, bottom], [left, right]] = layer.padding;
    return graph.zeroPadding(layer, from, {top, bottom, left, right});
  },
  planLimits: 'channels last, and only convolutions read it',
  replays: true,
};
