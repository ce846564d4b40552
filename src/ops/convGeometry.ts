import type * as tf from '@tensorflow/tfjs';

/** Everything about a convolution that follows from its shapes; all numbers in elements. */
export interface ConvGeometry {
  /** Samples. */
  readonly batch: number;
  /** Rows of the input. */
  readonly inHeight: number;
  /** Columns of the input. */
  readonly inWidth: number;
  /** Channels of the input. */
  readonly inChannels: number;
  /** Rows of the output. */
  readonly outHeight: number;
  /** Columns of the output. */
  readonly outWidth: number;
  /** Channels of the output. */
  readonly outChannels: number;
  /** Rows of the kernel. */
  readonly kernelHeight: number;
  /** Columns of the kernel. */
  readonly kernelWidth: number;
  /** Steps of the window, by rows and columns. */
  readonly strides: readonly [number, number];
  /** Distance of the inputs of a window, by rows and columns. */
  readonly dilations: readonly [number, number];
  /** Rows and columns of zeros around the input. */
  readonly pad: {readonly top: number; readonly bottom: number; readonly left: number; readonly right: number};
}

/** The geometry as tfjs computed it. */
export function convGeometryOf(info: tf.backend_util.Conv2DInfo): ConvGeometry {
  const {top, bottom, left, right} = info.padInfo;
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pad: {top, bottom, left, right},
  };
}

/** A dense layer as a convolution of images of one pixel. */
export function singlePixel(batch: number, inputs: number, outputs: number): ConvGeometry {
  return {
    batch,
    inHeight: 1,
    inWidth: 1,
    inChannels: inputs,
    outHeight: 1,
    outWidth: 1,
    outChannels: outputs,
    kernelHeight: 1,
    kernelWidth: 1,
    strides: [1, 1],
    dilations: [1, 1],
    pad: {top: 0, bottom: 0, left: 0, right: 0},
  };
}
