import type * as tf from '@tensorflow/tfjs';
import type {LargestAttrs} from '../../ops/largestPositions.ts';
import {sizeOf} from '../../topology/positions.ts';
import {type GpuBackend, runProgram} from './gpu.ts';
import * as programs from './programs/largest.ts';

const {BINS, COUNT_THREADS, DIGITS, MARK_THREADS, SEARCH_LENGTH} = programs;

/** Numbers that a thread counts at least, and the most workgroups that count. */
const LEAST_COUNTED = 16;
const MOST_GROUPS = 256;

/** Operands of {@link largest}: numbers, and which of them are taken, one bit each. */
export interface LargestOperands {
  /** Of any shape. */
  readonly numbers: tf.TensorInfo;
  /** int32, `[⌈size / 32⌉]` */
  readonly taken: tf.TensorInfo;
}

/**
 * Marks the `k` numbers of the largest magnitude among those that are not taken, by radix selection, as `selectLargest` does it on the
 * host: nothing is sent to the host in between.
 *
 * @returns see `LARGEST_KERNEL`
 */
export function largest(backend: GpuBackend, {numbers, taken}: LargestOperands, {k}: LargestAttrs): tf.TensorInfo {
  const length = sizeOf(numbers.shape);
  const groups = Math.min(Math.ceil(length / (COUNT_THREADS * LEAST_COUNTED)), MOST_GROUPS);
  const dispose = ({dataId}: tf.TensorInfo) => backend.disposeData(dataId);
  let search = backend.makeTensorInfo([SEARCH_LENGTH], 'int32', Int32Array.of(0, k, 0));
  for (const {shift, above} of DIGITS) {
    const counts = runProgram(backend, programs.countDigits, {
      workgroup: [COUNT_THREADS, 1],
      groups,
      inputs: {numbers, taken, search},
      uniforms: {length, groups, shift, above},
      length: groups * BINS,
    });
    const next = runProgram(backend, programs.chooseDigit, {
      workgroup: [COUNT_THREADS, 1],
      groups: 1,
      inputs: {counts, search},
      uniforms: {groups, shift},
      length: SEARCH_LENGTH,
    });
    dispose(counts);
    dispose(search);
    search = next;
  }
  const words = sizeOf(taken.shape);
  const marks = runProgram(backend, programs.markLargest, {
    workgroup: [MARK_THREADS, 1],
    groups: Math.ceil((words + SEARCH_LENGTH) / MARK_THREADS),
    inputs: {numbers, taken, search},
    uniforms: {length, words},
    length: 2 * words + SEARCH_LENGTH,
  });
  dispose(search);
  return marks;
}
