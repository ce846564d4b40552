import type * as tf from '@tensorflow/tfjs';
import {kernelNames, type SparseMatMulAttrs} from '../../ops/kernelNames.ts';
import {type Frame, strideOf, topologyIndex, type WasmKernel} from './frame.ts';

/**
 * The three products of a sparse dense layer on the WebAssembly kernels.
 *
 * Operands are transposed to feature-major `[features, stride]`, so that a connection is one multiply-add of two rows, and
 * the result is transposed back. Scratch: one feature-major copy of each operand and of the result.
 */

export const forward: WasmKernel<SparseMatMulAttrs> = {
  kernelName: kernelNames.sparseMatMul,
  inputs: ['x', 'values'],
  run(frame, x, values, {topology}) {
    const {kernels} = frame;
    const [batch] = x.shape;
    const stride = strideOf(batch);
    const y = frame.output([batch, topology.cols]);
    const weights = frame.input(values);
    const {colPtr, rowIdx, slots} = topologyIndex(frame, topology);
    const xT = featureMajor(frame, x);
    const yT = frame.scratch(topology.cols * stride);
    kernels.multiplyTransposed(colPtr(), rowIdx(), slots(), weights, xT, yT, topology.cols, stride);
    kernels.transpose(yT, topology.cols, batch, stride, y.address, topology.cols, topology.cols);
    return y.toTensor();
  },
};

export const backpropInput: WasmKernel<SparseMatMulAttrs> = {
  kernelName: kernelNames.sparseMatMulBackpropInput,
  inputs: ['dy', 'values'],
  run(frame, dy, values, {topology}) {
    const {kernels} = frame;
    const [batch] = dy.shape;
    const stride = strideOf(batch);
    const dx = frame.output([batch, topology.rows]);
    const weights = frame.input(values);
    const {rowPtr, colIdx} = topologyIndex(frame, topology);
    const dyT = featureMajor(frame, dy);
    const dxT = frame.scratch(topology.rows * stride);
    kernels.multiplyRows(rowPtr(), colIdx(), weights, dyT, dxT, topology.rows, stride);
    kernels.transpose(dxT, topology.rows, batch, stride, dx.address, topology.rows, topology.rows);
    return dx.toTensor();
  },
};

export const backpropValues: WasmKernel<SparseMatMulAttrs> = {
  kernelName: kernelNames.sparseMatMulBackpropValues,
  inputs: ['x', 'dy'],
  run(frame, x, dy, {topology}) {
    const dValues = frame.output([topology.nnz]);
    const {rowPtr, colIdx} = topologyIndex(frame, topology);
    const stride = strideOf(x.shape[0]);
    const xT = featureMajor(frame, x);
    const dyT = featureMajor(frame, dy);
    frame.kernels.dotRows(rowPtr(), colIdx(), xT, dyT, dValues.address, topology.rows, stride);
    return dValues.toTensor();
  },
};

/** Address of `[batch, features]` as `[features, stride]`, zeros beyond the batch. */
function featureMajor(frame: Frame, tensor: tf.TensorInfo): number {
  const [batch, features] = tensor.shape;
  const source = frame.input(tensor);
  const stride = strideOf(batch);
  const target = frame.scratch(features * stride);
  frame.kernels.transpose(source, batch, features, features, target, stride, stride);
  return target;
}
