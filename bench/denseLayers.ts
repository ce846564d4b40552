import * as tf from '@tensorflow/tfjs';
import {kernelNames} from 'itop';
import {type LayerProducts, runKernel} from './layerProducts.ts';
import type {DenseShape} from './shapes.ts';

/** The products of a dense layer, the dense ones as `tf.matMul` and its gradient do them. */
export function denseProducts({kernel: [inputs, outputs]}: DenseShape, batch: number): LayerProducts {
  const x = tf.randomNormal<tf.Rank.R2>([batch, inputs], 0, 1, 'float32', 1);
  const dy = tf.randomNormal<tf.Rank.R2>([batch, outputs], 0, 1, 'float32', 2);
  const w = tf.randomNormal<tf.Rank.R2>([inputs, outputs], 0, 1, 'float32', 3);
  return {
    name: `${inputs}×${outputs}`,
    multiplications: batch,
    operands: [x, dy, w],
    products: [
      {
        name: 'forward',
        dense: () => tf.matMul(x, w),
        sparse: ({topology, values}) => runKernel(kernelNames.sparseMatMul, {x, values}, {topology}),
      },
      {
        name: 'gradient of input',
        dense: () => tf.matMul(dy, w, false, true),
        sparse: ({topology, values}) => runKernel(kernelNames.sparseMatMulBackpropInput, {dy, values}, {topology}),
      },
      {
        name: 'gradient of weights',
        dense: () => tf.matMul(x, dy, true, false),
        sparse: ({topology}) => runKernel(kernelNames.sparseMatMulBackpropValues, {x, dy}, {topology}),
      },
    ],
  };
}
