import type * as tf from '@tensorflow/tfjs';
import {type GpuBackend, runProgram} from './gpu.ts';
import type {Images} from './images.ts';
import {stage, TILE, TILE_THREADS} from './programs/stage.ts';

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

/** Lays `[batch, height, width, channels]` out. @returns for the caller to dispose */
export function runStaging(backend: GpuBackend, source: tf.TensorInfo, staging: Staging): tf.TensorInfo {
  const {batch, channels, height, width, stagedWidth, beforeY, beforeX} = staging;
  return runProgram(backend, stage, {
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
