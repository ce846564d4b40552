import type * as tf from '@tensorflow/tfjs';
import {singlePixel} from '../../ops/convGeometry.ts';
import {kernelNames, type SparseConv2dAttrs, type SparseMatMulAttrs} from '../../ops/kernelNames.ts';
import type {GpuKernel} from './gpuKernel.ts';

import * as conv2d from './sparseConv2d.ts';

/** The products of a sparse dense layer: a convolution of images of one pixel, whose numbers lie as those of the matrices. */

export const forward = onSinglePixels(kernelNames.sparseMatMul, conv2d.forward);

export const backpropInput = onSinglePixels(kernelNames.sparseMatMulBackpropInput, conv2d.backpropInput);

export const backpropValues = onSinglePixels(kernelNames.sparseMatMulBackpropValues, conv2d.backpropValues);

function onSinglePixels(kernelName: string, {plan}: GpuKernel<SparseConv2dAttrs>): GpuKernel<SparseMatMulAttrs> {
  return {
    kernelName,
    plan(backend, inputs, attrs) {
      const [batch] = (inputs.x ?? inputs.dy).shape;
      const run = plan(backend, inputs, {
        ...attrs,
        geometry: singlePixel(batch, attrs.topology.rows, attrs.topology.cols),
      });
      return run && (() => withoutPixels(run()));
    },
  };
}

function withoutPixels(output: tf.TensorInfo): tf.TensorInfo {
  const {shape} = output;
  return shape.length === 4 ? {...output, shape: [shape[0], shape[3]]} : output;
}
