import * as tf from '@tensorflow/tfjs';
import type {Topology} from '../topology/topology.ts';
import {checkFloat, checkValues} from './checkOperands.ts';
import {runSparseKernel} from './dispatch.ts';
import type {GradientProbe} from './gradientProbe.ts';
import {kernelNames, type SparseMatMulAttrs} from './kernelNames.ts';

/**
 * Multiplies a batch by a sparse kernel: `y = x W`, W given by its active values.
 *
 * Differentiable in `x` and `values`; the gradient of `values` is `[nnz]` too. Runs on the sparse kernels of the current
 * backend, or on a composite of stock ops where it has none.
 *
 * @param x         `[batch, in]`, float32
 * @param values    `[nnz]`, by slot of the topology
 * @param topology  of shape `[in, out]`
 * @param probe     captures the gradient at all positions while it is armed
 * @returns `[batch, out]`
 * @throws TypeError if x is not float32
 * @throws RangeError if the shapes do not fit together
 */
export function sparseMatMul(
  x: tf.Tensor2D,
  values: tf.Tensor1D,
  topology: Topology,
  probe?: GradientProbe,
): tf.Tensor2D {
  checkValues('sparseMatMul', values, topology);
  checkFloat('sparseMatMul', x);
  const {rows, cols, shape} = topology;
  if (shape.length !== 2 || x.rank !== 2 || x.shape[1] !== rows) {
    throw new RangeError(
      `sparseMatMul: x must have ${rows} columns to match the kernel [${shape}], received [${x.shape}]. ` +
        `Reshape x to [batch, ${rows}], or use a kernel of shape [${x.shape[x.rank - 1]}, ${cols}].`,
    );
  }
  const attrs: SparseMatMulAttrs = {topology, probe};
  return runSparseKernel(kernelNames.sparseMatMul, {x, values}, attrs);
}

/** Transposed by itself: the wasm backend is fifty times slower where `matMul` has to transpose. */
function denseGradient(x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.transpose(x), dy);
}

tf.registerGradient({
  kernelName: kernelNames.sparseMatMul,
  inputsToSave: ['x', 'values'],
  gradFunc: (dyOrList, [x, values], namedAttrs) => {
    const dy = dyOrList as tf.Tensor;
    const attrs = namedAttrs as unknown as SparseMatMulAttrs;
    return {
      x: () => runSparseKernel(kernelNames.sparseMatMulBackpropInput, {dy, values}, attrs),
      values: () => {
        attrs.probe?.record(x, dy, denseGradient);
        return runSparseKernel(kernelNames.sparseMatMulBackpropValues, {x, dy}, attrs);
      },
    };
  },
});
