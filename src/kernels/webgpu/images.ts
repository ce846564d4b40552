import type {ConvGeometry} from '../../ops/convGeometry.ts';
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

function rowsOf({inHeight, outHeight, kernelHeight, strides, dilations, pad}: ConvGeometry) {
  const [[stride], [dilation]] = [strides, dilations];
  return {input: inHeight, output: outHeight, kernel: kernelHeight, stride, dilation, pad: pad.top};
}

function columnsOf({inWidth, outWidth, kernelWidth, strides, dilations, pad}: ConvGeometry) {
  const [[, stride], [, dilation]] = [strides, dilations];
  return {input: inWidth, output: outWidth, kernel: kernelWidth, stride, dilation, pad: pad.left};
}
