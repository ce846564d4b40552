import * as tf from '@tensorflow/tfjs';
import type {Topology} from '../topology/topology.ts';
import {conv2dBackpropFilter, conv2dBackpropInput, padInput} from './convGradients.ts';
import {denseIndex} from './denseIndex.ts';
import {kernelNames, type SparseConv2dAttrs, type SparseMatMulAttrs} from './kernelNames.ts';

/**
 * The values of a sparse weight in a dense kernel of its topology's shape, zeros elsewhere; by one gather.
 *
 * @param values  `[nnz]`
 */
export function gatherDense(values: tf.Tensor, topology: Topology): tf.Tensor {
  return tf.tidy(() => {
    const padded = tf.concat([values.as1D(), tf.zeros([1])]);
    return tf.gather(padded, denseIndex(topology).slots).reshape([...topology.shape]);
  });
}

/**
 * The values of a dense tensor at the active positions: the inverse of {@link gatherDense}.
 *
 * @param dense  of the topology's shape
 * @returns `[nnz]`
 */
export function gatherActive(dense: tf.Tensor, topology: Topology): tf.Tensor1D {
  return tf.tidy(() => tf.gather(dense.as1D(), denseIndex(topology).positions) as tf.Tensor1D);
}

function matMul(x: tf.Tensor, values: tf.Tensor, {topology}: SparseMatMulAttrs): tf.Tensor {
  return tf.matMul(x, gatherDense(values, topology));
}

function matMulBackpropInput(dy: tf.Tensor, values: tf.Tensor, {topology}: SparseMatMulAttrs): tf.Tensor {
  return tf.matMul(dy, gatherDense(values, topology), false, true);
}

function matMulBackpropValues(x: tf.Tensor, dy: tf.Tensor, {topology}: SparseMatMulAttrs): tf.Tensor {
  return gatherActive(tf.matMul(x, dy, true, false), topology);
}

function conv2d(x: tf.Tensor, values: tf.Tensor, {topology, geometry}: SparseConv2dAttrs): tf.Tensor {
  const input = padInput(x as tf.Tensor4D, geometry);
  const filter = gatherDense(values, topology) as tf.Tensor4D;
  return tf.conv2d(input, filter, [...geometry.strides], 'valid', 'NHWC', [...geometry.dilations]);
}

function conv2dInput(dy: tf.Tensor, values: tf.Tensor, {topology, geometry}: SparseConv2dAttrs): tf.Tensor {
  return conv2dBackpropInput(dy as tf.Tensor4D, gatherDense(values, topology) as tf.Tensor4D, geometry);
}

function conv2dValues(x: tf.Tensor, dy: tf.Tensor, {topology, geometry}: SparseConv2dAttrs): tf.Tensor {
  return gatherActive(conv2dBackpropFilter(x as tf.Tensor4D, dy as tf.Tensor4D, geometry), topology);
}

/** A kernel of stock ops: two tensors in, one out. Ops inside a kernel are not recorded on the tape. */
function composite<Attrs>(
  first: string,
  second: string,
  compute: (a: tf.Tensor, b: tf.Tensor, attrs: Attrs) => tf.Tensor,
): tf.KernelFunc {
  return ({inputs, attrs}) => {
    const operands = inputs as tf.NamedTensorMap;
    return tf.tidy(() => compute(operands[first], operands[second], attrs as Attrs));
  };
}

/** The sparse kernels for backends that bring none of their own, by name. */
export const compositeKernels: Readonly<Record<string, tf.KernelFunc>> = {
  [kernelNames.sparseMatMul]: composite('x', 'values', matMul),
  [kernelNames.sparseMatMulBackpropInput]: composite('dy', 'values', matMulBackpropInput),
  [kernelNames.sparseMatMulBackpropValues]: composite('x', 'dy', matMulBackpropValues),
  [kernelNames.sparseConv2d]: composite('x', 'values', conv2d),
  [kernelNames.sparseConv2dBackpropInput]: composite('dy', 'values', conv2dInput),
  [kernelNames.sparseConv2dBackpropValues]: composite('x', 'dy', conv2dValues),
};
