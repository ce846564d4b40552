import type * as tf from '@tensorflow/tfjs';
import type {Topology} from '../topology/topology.ts';
import {runSparseKernel} from './dispatch.ts';
import {kernelNames} from './kernelNames.ts';
import {releaseTopology} from './topologyResources.ts';

/**
 * The values of a sparse weight in a dense kernel of its topology's shape, zeros elsewhere. Once: nothing is kept for the
 * topology.
 *
 * @param values  `[nnz]`
 */
export function gatherDense(values: tf.Tensor, topology: Topology): tf.Tensor {
  const dense = runSparseKernel(kernelNames.sparseToDense, {values}, {topology});
  releaseTopology(topology);
  return dense;
}

/**
 * The values of a dense tensor at the active positions: the inverse of {@link gatherDense}, and once as it is.
 *
 * @param dense  of the topology's shape
 * @returns `[nnz]`
 */
export function gatherActive(dense: tf.Tensor, topology: Topology): tf.Tensor1D {
  const values = runSparseKernel<tf.Tensor1D>(kernelNames.denseToSparse, {dense}, {topology});
  releaseTopology(topology);
  return values;
}
