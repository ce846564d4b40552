import type {ConvGeometry} from '../../ops/convGeometry.ts';
import type {Topology} from '../../topology/topology.ts';
import {type Axis, backwardAxis, forwardAxis} from './axis.ts';

/** The images of a product: source and output by their axes, rows and columns. */
export interface Images {
  readonly y: Axis;
  readonly x: Axis;
  /** Channels of the source and of the output. */
  readonly sourceChannels: number;
  readonly outputChannels: number;
}

/** The images of the forward product. */
export function forwardImages(geometry: ConvGeometry): Images {
  return {
    y: forwardAxis(rowsOf(geometry)),
    x: forwardAxis(columnsOf(geometry)),
    sourceChannels: geometry.inChannels,
    outputChannels: geometry.outChannels,
  };
}

/** The images of the input's gradient. */
export function backwardImages(geometry: ConvGeometry): Images {
  return {
    y: backwardAxis(rowsOf(geometry)),
    x: backwardAxis(columnsOf(geometry)),
    sourceChannels: geometry.outChannels,
    outputChannels: geometry.inChannels,
  };
}

/** A dense layer as a convolution of images of one pixel. */
export function singlePixel(batch: number, {rows, cols}: Topology): ConvGeometry {
  return {
    batch,
    inHeight: 1,
    inWidth: 1,
    inChannels: rows,
    outHeight: 1,
    outWidth: 1,
    outChannels: cols,
    kernelHeight: 1,
    kernelWidth: 1,
    strides: [1, 1],
    dilations: [1, 1],
    pad: {top: 0, bottom: 0, left: 0, right: 0},
  };
}

function rowsOf({inHeight, outHeight, kernelHeight, strides, dilations, pad}: ConvGeometry) {
  const [[stride], [dilation]] = [strides, dilations];
  return {input: inHeight, output: outHeight, kernel: kernelHeight, stride, dilation, pad: pad.top};
}

function columnsOf({inWidth, outWidth, kernelWidth, strides, dilations, pad}: ConvGeometry) {
  const [[, stride], [, dilation]] = [strides, dilations];
  return {input: inWidth, output: outWidth, kernel: kernelWidth, stride, dilation, pad: pad.left};
}
