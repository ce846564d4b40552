import type * as tf from '@tensorflow/tfjs';
import {runSumSplits} from './columnSums.ts';
import {fitsDevice, type GpuBackend, type GpuLimits, runProgram} from './gpu.ts';
import type {Images} from './images.ts';
import {DOT_THREADS, DOTS, dots} from './programs/dots.ts';
import {quadsOf, runStaging, type Staging, stagedLength, stagingGroups, stagingOf, stagingOfOutput} from './staging.ts';
import {powerOfTwo} from './sums.ts';

/** Workgroups that keep a device busy: with fewer, the dot products are split. */
const BUSY = 1024;
/** Fewest steps of a thread in a split. */
const LEAST_STEPS = 16;

/**
 * The gradient of the values: lay source and output's gradient out, then a dot product over all pixels and samples for each
 * connection; split where there are few connections, each with long dot products.
 */
export interface DotPlan {
  readonly batch: number;
  readonly images: Images;
  readonly connections: number;
  readonly source: Staging;
  readonly gradient: Staging;
  readonly lanes: number;
  readonly threads: number;
  readonly slotGroups: number;
  readonly splits: number;
  readonly splitLanes: number;
}

export function planDots(images: Images, connections: number, batch: number): DotPlan {
  const lanes = images.y.output * images.x.output * quadsOf(batch);
  const threads = powerOfTwo(lanes, DOT_THREADS);
  const slotGroups = Math.ceil(connections / DOTS);
  const mostSplits = Math.max(1, Math.floor(lanes / (threads * LEAST_STEPS)));
  const splitLanes = Math.ceil(lanes / Math.min(Math.ceil(BUSY / slotGroups), mostSplits));
  return {
    batch,
    images,
    connections,
    source: stagingOf(images, batch),
    gradient: stagingOfOutput(images, batch),
    lanes,
    threads,
    slotGroups,
    splits: Math.ceil(lanes / splitLanes),
    splitLanes,
  };
}

/** Whether a device takes what a plan needs. */
export function fitsDots(plan: DotPlan, limits: GpuLimits): boolean {
  const {batch, images, connections, source, gradient, slotGroups, splits} = plan;
  const {y, x, sourceChannels, outputChannels} = images;
  const numbers = [
    2 * connections,
    splits * connections,
    batch * y.source * x.source * sourceChannels,
    batch * y.output * x.output * outputChannels,
    stagedLength(source),
    stagedLength(gradient),
  ];
  return fitsDevice(limits, numbers, [stagingGroups(source), stagingGroups(gradient), slotGroups * splits]);
}

/** Operands of the dot products; `index` is from `dotIndex`. */
export interface DotOperands {
  readonly index: tf.TensorInfo;
  readonly source: tf.TensorInfo;
  readonly gradient: tf.TensorInfo;
}

/** @returns `[nnz]` */
export function runDots(backend: GpuBackend, plan: DotPlan, operands: DotOperands): tf.TensorInfo {
  const {batch, images, connections, lanes, threads, slotGroups, splits, splitLanes} = plan;
  const source = runStaging(backend, operands.source, plan.source);
  const gradient = runStaging(backend, operands.gradient, plan.gradient);
  const partial = runProgram(backend, dots, {
    workgroup: [threads, DOTS / threads],
    groups: slotGroups * splits,
    inputs: {index: operands.index, source, gradient},
    uniforms: {
      connections,
      slotGroups,
      splits,
      splitLanes,
      lanes,
      quads: quadsOf(batch),
      columns: images.x.output,
      stepY: images.y.step,
      stepX: images.x.step,
      stagedWidth: images.x.staged,
    },
    length: splits * connections,
  });
  for (const {dataId} of [source, gradient]) backend.disposeData(dataId);
  return splits === 1 ? partial : runSumSplits(backend, partial, splits, connections);
}
