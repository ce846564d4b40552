import * as tf from '@tensorflow/tfjs';
import {type ConvGeometry, convGeometryOf} from '../../ops/convGeometry.ts';
import {sizeOf} from '../../topology/positions.ts';
import {type FastKernel, hasNumbers, type KernelCall} from '../stock/fastKernel.ts';
import {runColumnSums, runSumSplits} from './columnSums.ts';
import {fitsDevice, type GpuBackend, runProgram} from './gpu.ts';
import {depthwiseGradient} from './programs/depthwiseGradient.ts';
import {DEPTH, filterGradient, TILE, TILE_THREADS} from './programs/filterGradient.ts';

/** Workgroups that keep a device busy: with fewer, the pixels are split. */
const BUSY = 512;
/** Fewest steps of a workgroup in a split. */
const LEAST_STEPS = 8;
/** Most rows of a depthwise filter: with 16, a driver in software compiles the program for minutes. */
const MOST_ROWS = 8;

/**
 * The gradients of the filters of tfjs's own convolutions. The stock kernels have a thread for each weight go through all pixels of the
 * batch, which takes 48 ms for 3×3×64×64 on a card that computes the rest of the step in 16. These share the pixels among threads, and
 * have each number read for many weights.
 */
export const filterGradients: readonly FastKernel[] = [
  {
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'webgpu',
    run: (call) => runFor(call, false, filterGradientOf),
  },
  {
    kernelName: 'DepthwiseConv2dNativeBackpropFilter',
    backendName: 'webgpu',
    run: (call) => runFor(call, true, depthwiseGradientOf),
  },
];

/** The operands of a gradient: the input `[batch, h, w, in]` and the gradient of the output `[batch, h', w', out]`. */
type Operands = Readonly<Record<'x' | 'dy', tf.TensorInfo>>;

/** Attributes of both stock kernels; tfjs has no gradient of a dilated convolution. */
interface Attrs {
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

type Run = (backend: GpuBackend, operands: Operands, geometry: ConvGeometry) => tf.TensorInfo | undefined;

function runFor({inputs, attrs, backend}: KernelCall, isDepthwise: boolean, run: Run): tf.TensorInfo | undefined {
  const {x, dy} = inputs as unknown as Operands;
  const {strides, pad, dataFormat, dimRoundingMode, filterShape} = attrs as unknown as Attrs;
  if (dataFormat === 'NCHW' || !hasNumbers(x) || !hasNumbers(dy)) return undefined;
  const shape = x.shape as [number, number, number, number];
  const {computeConv2DInfo} = tf.backend_util;
  const info = computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode, isDepthwise);
  // tfjs forgets the rounding of a dense convolution.
  if (!tf.util.arraysEqual(info.outShape, dy.shape)) return undefined;
  return run(backend as GpuBackend, {x, dy}, convGeometryOf(info));
}

/**
 * The gradient of the filter of a convolution, at all positions.
 *
 * @returns `[kh, kw, in, out]`; undefined if the device's limits are too low
 */
export function filterGradientOf(
  backend: GpuBackend,
  operands: Operands,
  geometry: ConvGeometry,
): tf.TensorInfo | undefined {
  const {kernelHeight, kernelWidth, inChannels, outChannels: columns, dilations} = geometry;
  const rows = kernelHeight * kernelWidth * inChannels;
  const pixels = pixelsOf(geometry);
  const rowTiles = Math.ceil(rows / TILE);
  const columnTiles = Math.ceil(columns / TILE);
  const steps = Math.ceil(pixels / DEPTH);
  const mostSplits = Math.max(1, Math.floor(steps / LEAST_STEPS));
  const splitSteps = Math.ceil(steps / Math.min(Math.ceil(BUSY / (rowTiles * columnTiles)), mostSplits));
  const splits = Math.ceil(steps / splitSteps);
  const groups = rowTiles * columnTiles * splits;
  const length = splits * rows * columns;
  if (!fitsDevice(backend.device.limits, [length, ...sizes(operands)], [groups])) return undefined;
  const [dilationY, dilationX] = dilations;
  const partial = runProgram(backend, filterGradient, {
    workgroup: TILE_THREADS,
    groups,
    inputs: {...operands},
    uniforms: {
      rows,
      columns,
      pixels,
      rowTiles,
      columnTiles,
      splits,
      splitSteps,
      kernelWidth,
      dilationY,
      dilationX,
      ...uniformsOf(geometry),
    },
    length,
  });
  const gradient = splits === 1 ? partial : runSumSplits(backend, partial, splits, rows * columns);
  return {...gradient, shape: [kernelHeight, kernelWidth, inChannels, columns]};
}

function depthwiseGradientOf(
  backend: GpuBackend,
  operands: Operands,
  geometry: ConvGeometry,
): tf.TensorInfo | undefined {
  const {kernelHeight, kernelWidth, inChannels, outChannels} = geometry;
  if (kernelHeight > MOST_ROWS || !fitsDevice(backend.device.limits, sizes(operands), [1])) return undefined;
  const [gradient] = runColumnSums(backend, depthwiseGradient(kernelHeight), kernelHeight, {
    rows: pixelsOf(geometry),
    columns: kernelWidth * outChannels,
    inputs: {...operands},
    uniforms: {...uniformsOf(geometry), outChannels},
  });
  return {...gradient, shape: [kernelHeight, kernelWidth, inChannels, outChannels / inChannels]};
}

function pixelsOf({batch, outHeight, outWidth}: ConvGeometry): number {
  return batch * outHeight * outWidth;
}

function uniformsOf({inChannels, inHeight, inWidth, outHeight, outWidth, strides, pad}: ConvGeometry) {
  const [strideY, strideX] = strides;
  return {
    channels: inChannels,
    height: inHeight,
    width: inWidth,
    outHeight,
    outWidth,
    strideY,
    strideX,
    padY: pad.top,
    padX: pad.left,
  };
}

function sizes(operands: Operands): number[] {
  return Object.values(operands).map(({shape}) => sizeOf(shape));
}
