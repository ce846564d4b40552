import * as tf from '@tensorflow/tfjs';
import type {Topology} from '../topology/topology.ts';
import {checkFloat, checkValues} from './checkOperands.ts';
import {type ConvGeometry, convGeometryOf} from './convGeometry.ts';
import {conv2dBackpropFilter} from './convGradients.ts';
import {runSparseKernel} from './dispatch.ts';
import {checkFused, type FusedOutput} from './fusedOutput.ts';
import type {GradientProbe} from './gradientProbe.ts';
import {kernelNames, type SparseConv2dAttrs} from './kernelNames.ts';
import {registerSparseGradient} from './registerSparseGradient.ts';

type ExplicitPadding = Extract<Parameters<typeof tf.backend_util.computeConv2DInfo>[4], unknown[]>;

/** How the kernel of a convolution moves over the input, with the defaults of `tf.conv2d`; and what is done to the output. */
export interface SparseConv2dOptions extends FusedOutput {
  /** Step in rows and columns. @defaultValue 1 */
  readonly strides?: number | readonly [number, number];
  /** 'valid', 'same', or that many zeros on every side. @defaultValue 'valid' */
  readonly pad?: 'valid' | 'same' | number;
  /** Distance of the kernel's rows and columns. Above 1 only where the strides are 1. @defaultValue 1 */
  readonly dilations?: number | readonly [number, number];
  /** Captures the gradient at all positions while it is armed. */
  readonly probe?: GradientProbe;
}

/**
 * Convolves a batch of images with a sparse kernel, given by its active values.
 *
 * Differentiable in `x`, `values` and `bias`, on every backend and for every stride, padding and dilation.
 *
 * @param x         `[batch, h, w, in]`, float32
 * @param values    `[nnz]`, by slot of the topology
 * @param topology  of shape `[kh, kw, in, out]`
 * @returns `[batch, h', w', out]`
 * @throws TypeError if x is not float32, or the activation is unknown
 * @throws RangeError if the shapes do not fit together, the padding is no whole number, or strides and dilations are both
 * above 1
 */
export function sparseConv2d(
  x: tf.Tensor4D,
  values: tf.Tensor1D,
  topology: Topology,
  options: SparseConv2dOptions = {},
): tf.Tensor4D {
  checkValues('sparseConv2d', values, topology);
  checkFloat('sparseConv2d', x);
  const {bias, activation = 'linear', probe} = options;
  checkFused('sparseConv2d', {bias, activation}, topology.cols);
  const geometry = convGeometry(x, topology, options);
  const attrs: SparseConv2dAttrs = {topology, activation, hasBias: bias !== undefined, probe, geometry};
  return runSparseKernel(kernelNames.sparseConv2d, {x, values, ...(bias && {bias})}, attrs);
}

function convGeometry(x: tf.Tensor4D, {shape}: Topology, options: SparseConv2dOptions): ConvGeometry {
  const {strides = 1, pad = 'valid', dilations = 1} = options;
  if (shape.length !== 4 || x.rank !== 4 || x.shape[3] !== shape[2]) {
    throw new RangeError(
      `sparseConv2d: x must be [batch, h, w, ${shape[2]}] to match the kernel [${shape}], received [${x.shape}]. ` +
        'Channels come last in x; the kernel is [kh, kw, in, out].',
    );
  }
  if (Math.max(...pair(strides)) > 1 && Math.max(...pair(dilations)) > 1) {
    throw new RangeError(
      `sparseConv2d: strides or dilations must be 1, received strides ${strides} and dilations ${dilations}. Use one of them.`,
    );
  }
  const info = tf.backend_util.computeConv2DInfo(
    x.shape,
    shape as [number, number, number, number],
    pair(strides),
    pair(dilations),
    typeof pad === 'number' ? onEverySide(pad) : pad,
  );
  if (info.outHeight < 1 || info.outWidth < 1) {
    throw new RangeError(
      `sparseConv2d: x must be at least as high and wide as the kernel [${shape}] with dilations ${dilations}, received ` +
        `[${x.shape}] with padding ${pad}. Pad with 'same', or use a smaller kernel.`,
    );
  }
  return convGeometryOf(info);
}

/** Explicit padding, since tfjs takes a number for square kernels and equal strides only. */
function onEverySide(pad: number): ExplicitPadding {
  if (!(Number.isInteger(pad) && pad >= 0)) {
    throw new RangeError(
      `sparseConv2d: pad must be 'valid', 'same' or an integer from 0 on, received ${pad}. Slice x to make it smaller.`,
    );
  }
  return [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ];
}

function pair(value: number | readonly [number, number]): [number, number] {
  return typeof value === 'number' ? [value, value] : [value[0], value[1]];
}

/** Tells a convolution's probe of the gradient of one call. */
export const recordConv2dGradient = registerSparseGradient<SparseConv2dAttrs>({
  forward: kernelNames.sparseConv2d,
  backpropInput: kernelNames.sparseConv2dBackpropInput,
  backpropValues: kernelNames.sparseConv2dBackpropValues,
  gradientRows: kernelNames.sparseConv2dGradientRows,
  wholeGradient: (x, dy, {geometry}) => conv2dBackpropFilter(x as tf.Tensor4D, dy as tf.Tensor4D, geometry),
});
