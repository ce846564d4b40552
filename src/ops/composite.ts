import * as tf from '@tensorflow/tfjs';
import type {Topology} from '../topology/topology.ts';
import {conv2dBackpropFilter, conv2dBackpropInput, padInput} from './convGradients.ts';
import {denseIndex} from './denseIndex.ts';
import {
  type FusedActivation,
  kernelNames,
  type OutputAttrs,
  type SparseConv2dAttrs,
  type SparseMatMulAttrs,
  type TopologyAttrs,
} from './kernelNames.ts';

/** The inputs of a kernel by name; a bias may be missing. */
type Operands = Readonly<Record<string, tf.Tensor>>;

/** By one gather. */
function sparseToDense({values}: Operands, {topology}: TopologyAttrs): tf.Tensor {
  const padded = tf.concat([values.as1D(), tf.zeros([1])]);
  return tf.gather(padded, denseIndex(topology).slots).reshape([...topology.shape]);
}

function denseToSparse({dense}: Operands, {topology}: TopologyAttrs): tf.Tensor {
  return tf.gather(dense.as1D(), denseIndex(topology).positions);
}

function matMul({x, values, bias}: Operands, {topology, activation}: SparseMatMulAttrs): tf.Tensor {
  return activate(tf.matMul(x, kernel(values, topology)), bias, activation);
}

function matMulBackpropInput({dy, values}: Operands, {topology}: SparseMatMulAttrs): tf.Tensor {
  return tf.getBackend() === 'wasm'
    ? tf.matMul(dy, tf.transpose(kernel(values, topology)))
    : tf.matMul(dy, kernel(values, topology), false, true);
}

function matMulBackpropValues({x, dy}: Operands, {topology}: SparseMatMulAttrs): tf.Tensor {
  return active(matMulGradient(x, dy), topology);
}

function conv2d({x, values, bias}: Operands, {topology, geometry, activation}: SparseConv2dAttrs): tf.Tensor {
  const input = padInput(x as tf.Tensor4D, geometry);
  const filter = kernel(values, topology) as tf.Tensor4D;
  const y = tf.conv2d(input, filter, [...geometry.strides], 'valid', 'NHWC', [...geometry.dilations]);
  return activate(y, bias, activation);
}

function conv2dInput({dy, values}: Operands, {topology, geometry}: SparseConv2dAttrs): tf.Tensor {
  return conv2dBackpropInput(dy as tf.Tensor4D, kernel(values, topology) as tf.Tensor4D, geometry);
}

function conv2dValues({x, dy}: Operands, {topology, geometry}: SparseConv2dAttrs): tf.Tensor {
  return active(conv2dBackpropFilter(x as tf.Tensor4D, dy as tf.Tensor4D, geometry), topology);
}

function outputGradient({dy, y}: Operands, {activation = 'linear', hasBias}: OutputAttrs): tf.Tensor[] {
  const dz = activation === 'relu' ? tf.mul(dy, tf.step(y)) : dy;
  const leadingAxes = dy.shape.slice(0, -1).map((_, axis) => axis);
  return [...(activation === 'linear' ? [] : [dz]), ...(hasBias ? [tf.sum(dz, leadingAxes)] : [])];
}

/** The gradient at all positions; transposed by itself: the wasm backend is fifty times slower where `matMul` has to. */
export function matMulGradient(x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.transpose(x), dy);
}

function activate(z: tf.Tensor, bias: tf.Tensor | undefined, activation: FusedActivation = 'linear'): tf.Tensor {
  const y = bias ? tf.add(z, bias) : z;
  return activation === 'relu' ? tf.relu(y) : y;
}

/** The dense kernel of some values, by the backend's own kernel for it where it has one. */
function kernel(values: tf.Tensor, topology: Topology): tf.Tensor {
  return run(kernelNames.sparseToDense, {values}, {topology});
}

function active(dense: tf.Tensor, topology: Topology): tf.Tensor {
  return run(kernelNames.denseToSparse, {dense}, {topology});
}

function run(kernelName: string, inputs: tf.NamedTensorMap, attrs: TopologyAttrs): tf.Tensor {
  const isRegistered = tf.getKernel(kernelName, tf.getBackend()) != null;
  if (!isRegistered) return denseForms[kernelName as keyof typeof denseForms](inputs, attrs);
  return tf.engine().runKernel(kernelName, inputs, attrs as unknown as tf.NamedAttrMap) as tf.Tensor;
}

const denseForms = {
  [kernelNames.sparseToDense]: sparseToDense,
  [kernelNames.denseToSparse]: denseToSparse,
};

/** A kernel of stock ops. Ops inside a kernel are not recorded on the tape. */
function composite<Attrs>(compute: (inputs: Operands, attrs: Attrs) => tf.Tensor | tf.Tensor[]): tf.KernelFunc {
  return ({inputs, attrs}) => tf.tidy(() => compute(inputs as unknown as Operands, attrs as Attrs));
}

/** The sparse kernels for backends that bring none of their own, by name. */
export const compositeKernels: Readonly<Record<string, tf.KernelFunc>> = {
  [kernelNames.sparseMatMul]: composite(matMul),
  [kernelNames.sparseMatMulBackpropInput]: composite(matMulBackpropInput),
  [kernelNames.sparseMatMulBackpropValues]: composite(matMulBackpropValues),
  [kernelNames.sparseConv2d]: composite(conv2d),
  [kernelNames.sparseConv2dBackpropInput]: composite(conv2dInput),
  [kernelNames.sparseConv2dBackpropValues]: composite(conv2dValues),
  [kernelNames.outputGradient]: composite(outputGradient),
  [kernelNames.sparseToDense]: composite(sparseToDense),
  [kernelNames.denseToSparse]: composite(denseToSparse),
};
