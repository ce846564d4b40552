import * as tf from '@tensorflow/tfjs';
import {MAX_INT32_SIZE} from '../topology/positions.ts';
import type {Topology} from '../topology/topology.ts';
import {backendId, topologyResource} from './topologyResources.ts';

/** The index tensors with which stock ops go from the values of a sparse weight to its dense kernel and back. */
export interface DenseIndex {
  /** `[size]`, int32: the slot of each position, or `nnz` where it is inactive. */
  readonly slots: tf.Tensor1D;
  /** `[nnz]`, int32: the position of each slot. */
  readonly positions: tf.Tensor1D;
}

/**
 * The index tensors of a topology on the current backend, made at first use and kept as long as the topology.
 *
 * @throws RangeError if the dense size exceeds 2^31 − 1: such a layer needs a backend with sparse kernels
 */
export function denseIndex(topology: Topology): DenseIndex {
  return topologyResource(topology, `denseIndex/${backendId(tf.backend())}`, () => createIndex(topology), disposeIndex);
}

function disposeIndex({slots, positions}: DenseIndex): void {
  tf.dispose([slots, positions]);
}

function createIndex(topology: Topology): DenseIndex {
  const {size, nnz, shape} = topology;
  if (size > MAX_INT32_SIZE) {
    throw new RangeError(
      `sparse op: a dense kernel must have at most ${MAX_INT32_SIZE} elements on the backend "${tf.getBackend()}", received ` +
        `the shape [${shape}]. Use a backend with sparse kernels, such as cpu or wasm.`,
    );
  }
  const positions = topology.positions() as Int32Array;
  const slots = new Int32Array(size).fill(nnz);
  for (let slot = 0; slot < nnz; slot++) slots[positions[slot]] = slot;
  return {
    slots: tf.keep(tf.tensor1d(slots, 'int32')),
    positions: tf.keep(tf.tensor1d(positions, 'int32')),
  };
}
