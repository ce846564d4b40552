import type * as tf from '@tensorflow/tfjs';
import type {Topology} from '../topology/topology.ts';
import {runSparseKernel} from './dispatch.ts';
import {kernelNames} from './kernelNames.ts';
import {useOnce} from './topologyResources.ts';

/**
 * The values of a sparse weight in a dense kernel of its topology's shape, zeros elsewhere. Once: nothing more is kept
 * for the topology than before.
 *
 * @param values  `[nnz]`
 */
export function gatherDense(values: tf.Tensor, topology: Topology): tf.Tensor {
  return useOnce(topology, () => runSparseKernel(kernelNames.sparseToDense, {values}, {topology}));
}

/**
 * The values of a dense tensor at the active positions: the inverse of {@link gatherDense}, and once as it is.
 *
 * @param dense  of the topology's shape
 * @returns `[nnz]`
 */
export function gatherActive(dense: tf.Tensor, topology: Topology): tf.Tensor1D {
  return useOnce(topology, () => runSparseKernel<tf.Tensor1D>(kernelNames.denseToSparse, {dense}, {topology}));
}
