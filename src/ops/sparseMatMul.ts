import * as tf from '@tensorflow/tfjs';
import type {Topology} from '../topology/topology.ts';
import {checkFloat, checkValues} from './checkOperands.ts';
import {matMulGradient} from './composite.ts';
import {runSparseKernel} from './dispatch.ts';
import {checkFused, type FusedOutput} from './fusedOutput.ts';
import type {GradientProbe} from './gradientProbe.ts';
import {kernelNames, type SparseMatMulAttrs} from './kernelNames.ts';
import {registerSparseGradient} from './registerSparseGradient.ts';

/** What {@link sparseMatMul} does besides the product. */
export interface SparseMatMulOptions extends FusedOutput {
  /** Captures the gradient at all positions while it is armed. */
  readonly probe?: GradientProbe;
}

/**
 * Multiplies a batch by a sparse kernel: `y = activation(x W + bias)`, W given by its active values.
 *
 * Differentiable in `x`, `values` and `bias`; the gradient of `values` is `[nnz]` too. Runs on the sparse kernels of the
 * current backend, or on a composite of stock ops where it has none.
 *
 * @param x         `[batch, in]`, float32
 * @param values    `[nnz]`, by slot of the topology
 * @param topology  of shape `[in, out]`
 * @returns `[batch, out]`
 * @throws TypeError if x is not float32, or the activation is unknown
 * @throws RangeError if the shapes do not fit together
 */
export function sparseMatMul(
  x: tf.Tensor2D,
  values: tf.Tensor1D,
  topology: Topology,
  {bias, activation = 'linear', probe}: SparseMatMulOptions = {},
): tf.Tensor2D {
  checkValues('sparseMatMul', values, topology);
  checkFloat('sparseMatMul', x);
  checkFused('sparseMatMul', {bias, activation}, topology.cols);
  const {rows, cols, shape} = topology;
  if (shape.length !== 2 || x.rank !== 2 || x.shape[1] !== rows) {
    throw new RangeError(
      `sparseMatMul: x must have ${rows} columns to match the kernel [${shape}], received [${x.shape}]. ` +
        `Reshape x to [batch, ${rows}], or use a kernel of shape [${x.shape[x.rank - 1]}, ${cols}].`,
    );
  }
  const attrs: SparseMatMulAttrs = {topology, activation, hasBias: bias !== undefined, probe};
  return runSparseKernel(kernelNames.sparseMatMul, {x, values, ...(bias && {bias})}, attrs);
}

/** Tells the probe of a matrix product of the gradient of one call. */
export const recordMatMulGradient = registerSparseGradient<SparseMatMulAttrs>({
  forward: kernelNames.sparseMatMul,
  backpropInput: kernelNames.sparseMatMulBackpropInput,
  backpropValues: kernelNames.sparseMatMulBackpropValues,
  gradientRows: kernelNames.sparseMatMulGradientRows,
  wholeGradient: matMulGradient,
  inputOf: (x, begin, end) => tf.slice(x, [0, begin], [x.shape[0], end - begin]),
});
