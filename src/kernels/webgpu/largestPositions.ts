import * as tf from '@tensorflow/tfjs';
import type {FindLargest} from '../../ops/findLargest.ts';
import {createPositions, type Positions} from '../../topology/positions.ts';
import {checkDevice} from './checkDevice.ts';
import {type GpuBackend, runProgram} from './gpu.ts';
import * as programs from './programs/largest.ts';

const {BINS, COUNT_THREADS, DIGITS, MARK_THREADS, SEARCH_LENGTH} = programs;

/** Numbers that a thread counts at least, and the most workgroups that count. */
const LEAST_COUNTED = 16;
const MOST_GROUPS = 256;

/** By radix selection on the device, as `selectLargest` does it on the host: nothing is sent to the host in between. */
export const largestPositions: FindLargest = async (numbers, taken, k) => {
  const words = Math.ceil(numbers.size / 32);
  const marks = tf.tidy(() => {
    const backend = tf.backend() as unknown as GpuBackend;
    checkDevice(backend);
    const info = mark(backend, numbers, tf.tensor1d(bitsOf(taken, words), 'int32'), k);
    return tf.engine().makeTensorFromTensorInfo(info);
  });
  try {
    return chosen(await marks.data<'int32'>(), words, k);
  } finally {
    marks.dispose();
  }
};

/**
 * Marks the largest, one bit for each number.
 *
 * @param taken  int32, a bit for each number: 1 for those that do not count
 * @returns int32 `[2 · words + SEARCH_LENGTH]`: of the first words those are 1 whose magnitude is larger than the k-th largest, of the next
 *   those where it is equal; then come the bits of that magnitude, how many of its equals are among the k, and how many numbers, taken or
 *   not, are not finite
 */
function mark(backend: GpuBackend, numbers: tf.Tensor, taken: tf.Tensor, k: number): tf.TensorInfo {
  const {size: length} = numbers;
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
  const {size: words} = taken;
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

/** One bit for each position: bit `p & 31` of word `p >>> 5`. */
function bitsOf(positions: Positions, words: number): Int32Array {
  const bits = new Int32Array(words);
  for (let i = 0; i < positions.length; i++) bits[positions[i] >>> 5] |= 1 << (positions[i] & 31);
  return bits;
}

/** The positions that are marked as larger than the last, and the lowest of those marked as equal to it. */
function chosen(marks: Int32Array, words: number, k: number): Positions | undefined {
  const [, ties, notFinite] = marks.subarray(2 * words);
  if (notFinite > 0) return undefined;
  const positions = createPositions(32 * words, k);
  let length = 0;
  for (let word = 0, tiesLeft = ties; word < words; word++) {
    const larger = marks[word];
    for (let bits = larger | marks[words + word]; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      if ((larger & bit) === 0 && tiesLeft-- <= 0) continue;
      positions[length++] = 32 * word + 31 - Math.clz32(bit);
    }
  }
  return length === k ? positions : undefined;
}
