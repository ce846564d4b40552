import type * as tf from '@tensorflow/tfjs';
import type {FusedActivation} from '../../ops/kernelNames.ts';
import {fitsDevice, type GpuBackend, type GpuLimits, runProgram} from './gpu.ts';
import type {Images} from './images.ts';
import {addUp, addUpBySlot} from './programs/addUp.ts';
import {finishFor} from './programs/finish.ts';
import {TILE, TILE_THREADS} from './programs/stage.ts';
import {quadsOf, runStaging, type Staging, stagedLength, stagingGroups, stagingOf} from './staging.ts';
import type {SumLayout} from './sumIndex.ts';

/** Threads of a workgroup of {@link addUp}. */
const THREADS = 64;

/**
 * The products that are sums over connections, forward and for the input: lay the source out, add up by pieces, finish.
 *
 * With `n` connections, `p` pixels and `b` samples the middle part reads `n · p · b` numbers of the source in rows of
 * neighbouring samples; the others read and write what is staged and what comes out once.
 */
export interface SumPlan {
  readonly batch: number;
  readonly images: Images;
  readonly layout: SumLayout;
  readonly staging: Staging;
  readonly lanes: number;
}

export function planSums(images: Images, layout: SumLayout, batch: number): SumPlan {
  const lanes = images.y.count * images.x.count * quadsOf(batch);
  return {batch, images, layout, lanes, staging: stagingOf(images, batch)};
}

/** Whether a device takes what a plan needs. */
export function fitsSums(plan: SumPlan, limits: GpuLimits): boolean {
  const {batch, images, layout, staging, lanes} = plan;
  const {y, x, sourceChannels, outputChannels} = images;
  const numbers = [
    layout.length,
    layout.connections,
    batch * y.source * x.source * sourceChannels,
    stagedLength(staging),
    4 * layout.room * lanes,
    batch * y.output * x.output * outputChannels,
  ];
  return fitsDevice(limits, numbers, [stagingGroups(staging), addingGroups(plan).groups, finishingGroups(plan).groups]);
}

/** Operands of a product of sums; `index` is the data of its index. */
export interface SumOperands {
  readonly index: tf.TensorInfo;
  readonly source: tf.TensorInfo;
  readonly values: tf.TensorInfo;
  readonly bias?: tf.TensorInfo;
  readonly activation?: FusedActivation;
}

/** @returns `[batch, height, width, channels]` of the output, flat */
export function runSums(backend: GpuBackend, plan: SumPlan, operands: SumOperands): tf.TensorInfo {
  const source = runStaging(backend, operands.source, plan.staging);
  const partial = runAdding(backend, plan, operands, source);
  backend.disposeData(source.dataId);
  const output = runFinishing(backend, plan, operands, partial);
  backend.disposeData(partial.dataId);
  return output;
}

function addingGroups({lanes, layout}: SumPlan) {
  const workgroupX = powerOfTwo(lanes, THREADS);
  const workgroup = [workgroupX, THREADS / workgroupX] as const;
  const pieceGroups = Math.ceil(layout.pieces / workgroup[1]);
  return {workgroup, pieceGroups, groups: pieceGroups * Math.ceil(lanes / workgroupX)};
}

function runAdding(backend: GpuBackend, plan: SumPlan, {index, values}: SumOperands, source: tf.TensorInfo) {
  const {batch, images, lanes, staging} = plan;
  const {slotsAt, piecesAt, pieces, room} = plan.layout;
  const {workgroup, pieceGroups, groups} = addingGroups(plan);
  return runProgram(backend, slotsAt > 0 ? addUpBySlot : addUp, {
    workgroup,
    groups,
    inputs: {index, values, source},
    uniforms: {
      slotsAt,
      piecesAt,
      pieces,
      pieceGroups,
      lanes,
      quads: quadsOf(batch),
      columns: images.x.count,
      stepY: images.y.step,
      stepX: images.x.step,
      stagedWidth: staging.stagedWidth,
    },
    length: 4 * room * lanes,
  });
}

function finishingGroups({images: {y, x, outputChannels}, lanes}: SumPlan) {
  const channelTiles = Math.ceil(outputChannels / TILE);
  const positionTiles = Math.ceil((4 * lanes) / TILE);
  return {channelTiles, positionTiles, groups: channelTiles * positionTiles * y.phases * x.phases};
}

function runFinishing(backend: GpuBackend, plan: SumPlan, operands: SumOperands, partial: tf.TensorInfo) {
  const {index, bias, activation = 'linear'} = operands;
  const {batch, lanes} = plan;
  const {y, x, outputChannels} = plan.images;
  const {channelTiles, positionTiles, groups} = finishingGroups(plan);
  return runProgram(backend, finishFor({hasBias: bias !== undefined, isByFour: outputChannels % 4 === 0}), {
    workgroup: TILE_THREADS,
    groups,
    inputs: {index, partial, ...(bias && {bias})},
    uniforms: {
      batch,
      outputHeight: y.output,
      outputWidth: x.output,
      channels: outputChannels,
      columns: x.count,
      samples: 4 * quadsOf(batch),
      positions: 4 * lanes,
      positionTiles,
      channelTiles,
      phases: y.phases * x.phases,
      phasesY: y.phases,
      phasesX: x.phases,
      rowsAt: plan.layout.rowsAt,
      isRelu: activation === 'relu' ? 1 : 0,
    },
    length: batch * y.output * x.output * outputChannels,
  });
}

/** The lowest power of two that is not below `count`, at most `most`. */
export function powerOfTwo(count: number, most: number): number {
  return Math.min(2 ** Math.ceil(Math.log2(count)), most);
}
