import type * as tf from '@tensorflow/tfjs';
import {type GpuBackend, runProgram} from './gpu.ts';
import type {Images} from './images.ts';
import {stage, stageByFour, TILE, TILE_THREADS} from './programs/stage.ts';

/** Images as {@link stage} lays them out: by channel, with samples as the innermost dimension. */
export interface Staging {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly stagedHeight: number;
  readonly stagedWidth: number;
  /** Staged rows and columns before the first of the image; negative if the first ones are left out. */
  readonly beforeY: number;
  readonly beforeX: number;
}

/** The source of a product. */
export function stagingOf({y, x, sourceChannels}: Images, batch: number): Staging {
  return {
    batch,
    channels: sourceChannels,
    height: y.source,
    width: x.source,
    stagedHeight: y.staged,
    stagedWidth: x.staged,
    beforeY: y.before,
    beforeX: x.before,
  };
}

/** What is as large as the output of a product, as it is. */
export function stagingOfOutput({y, x, outputChannels}: Images, batch: number): Staging {
  const size = {height: y.output, width: x.output, stagedHeight: y.output, stagedWidth: x.output};
  return {batch, channels: outputChannels, ...size, beforeY: 0, beforeX: 0};
}

/** Vectors of four samples. */
export function quadsOf(batch: number): number {
  return Math.ceil(batch / 4);
}

/** Numbers of the staged images. */
export function stagedLength(staging: Staging): number {
  return staging.channels * positionsOf(staging);
}

/** Workgroups that it takes. */
export function stagingGroups(staging: Staging): number {
  return Math.ceil(staging.channels / TILE) * Math.ceil(positionsOf(staging) / TILE);
}

/** What was laid out while products share it: for the data of each source, by how they were laid out. */
let shared: {readonly most: number; readonly staged: Map<object, Map<string, tf.TensorInfo>>} | undefined;

/**
 * Has products share what they lay out while a function runs, large tensors excepted: a layer's input is read forward and for the
 * gradient of the values, the gradient of a dense layer's output for both gradients.
 *
 * @param most  numbers of what is kept of one tensor. @defaultValue 2^22, 16 MiB
 */
export function sharingStaged<Result>(backend: GpuBackend, run: () => Result, most = 2 ** 22): Result {
  const staged = new Map<object, Map<string, tf.TensorInfo>>();
  shared = {most, staged};
  try {
    return run();
  } finally {
    shared = undefined;
    for (const forms of staged.values()) for (const {dataId} of forms.values()) backend.disposeData(dataId);
  }
}

/** Lays `[batch, height, width, channels]` out. @returns for the caller to dispose */
export function runStaging(backend: GpuBackend, source: tf.TensorInfo, staging: Staging): tf.TensorInfo {
  if (!shared || stagedLength(staging) > shared.most) return layOut(backend, source, staging);
  const known = shared.staged.get(source.dataId) ?? new Map<string, tf.TensorInfo>();
  shared.staged.set(source.dataId, known);
  const key = Object.values(staging).join();
  const staged = known.get(key) ?? layOut(backend, source, staging);
  known.set(key, staged);
  backend.incRef(staged.dataId);
  return staged;
}

function layOut(backend: GpuBackend, source: tf.TensorInfo, staging: Staging): tf.TensorInfo {
  const {batch, channels, height, width, stagedWidth, beforeY, beforeX} = staging;
  return runProgram(backend, channels % 4 === 0 ? stageByFour : stage, {
    workgroup: TILE_THREADS,
    groups: stagingGroups(staging),
    inputs: {source},
    uniforms: {
      batch,
      sourceHeight: height,
      sourceWidth: width,
      channels,
      stagedWidth,
      samples: 4 * quadsOf(batch),
      positions: positionsOf(staging),
      beforeY,
      beforeX,
      channelTiles: Math.ceil(channels / TILE),
    },
    length: stagedLength(staging),
  });
}

/** Samples of all staged pixels of a channel. */
function positionsOf({batch, stagedHeight, stagedWidth}: Staging): number {
  return stagedHeight * stagedWidth * 4 * quadsOf(batch);
}
