import * as tf from '@tensorflow/tfjs';
import type {CpuBackend} from '../hostMemory.ts';
import {divide} from './binary.ts';
import {type FastKernel, float32Values, type KernelCall} from './fastKernel.ts';

/** A tensor seen as `[outer, reduced, inner]`, the middle of which goes away. */
interface Reduction {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
  /** The shape of the result. */
  readonly shape: number[];
}

/** The sum over neighbouring dimensions, of the cpu backend: over a batch, over rows, over an image, over all. */
export const sum: FastKernel = {
  kernelName: 'Sum',
  backendName: 'cpu',
  run: (call) => reduce(call, (values) => values),
};

/** The mean over neighbouring dimensions, of the cpu backend. As in the stock kernel each element is divided first. */
export const mean: FastKernel = {
  kernelName: 'Mean',
  backendName: 'cpu',
  run: (call) => reduce(call, (values, {reduced}) => divide(values, reduced)),
};

function reduce(
  {inputs, backend, attrs}: KernelCall,
  prepare: (values: Float32Array, reduction: Reduction) => Float32Array,
): tf.TensorInfo | undefined {
  const cpu = backend as CpuBackend;
  const x = inputs.x as tf.TensorInfo;
  const {axis, keepDims} = attrs as {axis: number | number[]; keepDims: boolean};
  const values = float32Values(cpu, x);
  const reduction = values && reductionOf(x.shape, tf.util.parseAxisParam(axis, x.shape), keepDims);
  return reduction && cpu.makeTensorInfo(reduction.shape, 'float32', sums(prepare(values, reduction), reduction));
}

/** @returns undefined unless the axes are neighbours, in ascending order: it is the order in which is added */
function reductionOf(shape: readonly number[], axes: readonly number[], keepDims: boolean): Reduction | undefined {
  const [first] = axes;
  if (axes.length === 0 || axes.some((axis, i) => axis !== first + i)) return undefined;
  const before = shape.slice(0, first);
  const behind = shape.slice(first + axes.length);
  return {
    outer: tf.util.sizeFromShape(before),
    reduced: tf.util.sizeFromShape(shape.slice(first, first + axes.length)),
    inner: tf.util.sizeFromShape(behind),
    shape: [...before, ...(keepDims ? axes.map(() => 1) : []), ...behind],
  };
}

/** Adds in double precision along the middle, from its first element to its last, as the stock kernel does. */
function sums(x: Float32Array, {outer, reduced, inner}: Reduction): Float32Array {
  const out = new Float32Array(outer * inner);
  if (inner === 1) sumRows(x, reduced, out);
  else for (let o = 0; o < outer; o++) sumColumns(x, o * reduced * inner, reduced, inner, out, o * inner);
  return out;
}

function sumRows(x: Float32Array, columns: number, out: Float32Array): void {
  for (let row = 0, k = 0; row < out.length; row++) {
    let sum = 0;
    for (const end = k + columns; k < end; k++) sum += x[k];
    out[row] = sum;
  }
}

function sumColumns(x: Float32Array, begin: number, rows: number, columns: number, out: Float32Array, o: number): void {
  const sums = new Float64Array(columns);
  for (let row = 0, k = begin; row < rows; row++) {
    for (let column = 0; column < columns; column++, k++) sums[column] += x[k];
  }
  for (let column = 0; column < columns; column++) out[o + column] = sums[column];
}
