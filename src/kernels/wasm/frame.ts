import type * as tf from '@tensorflow/tfjs';
import type {Topology} from '../../topology/topology.ts';
import type {WasmKernels} from './kernelModule.ts';

/** The index arrays of a topology, by the names of its documentation. */
export const indexArrays = {
  rowPtr: (topology: Topology) => topology.rowPtr,
  colIdx: (topology: Topology) => topology.colIdx,
  colPtr: (topology: Topology) => topology.transposed().colPtr,
  rowIdx: (topology: Topology) => topology.transposed().rowIdx,
  slots: (topology: Topology) => topology.transposed().slots,
};

export type IndexName = keyof typeof indexArrays;

/** Where index arrays lie. */
export type IndexAddresses = Readonly<Record<IndexName, number>>;

/** A result whose tensor is complete once it was computed. */
export interface FrameOutput {
  readonly address: number;
  /** To be called once, when the result is there. */
  toTensor(): tf.TensorInfo;
}

/** The memory of one kernel call: where its operands lie, and room for what comes between. Addresses are in bytes. */
export interface Frame {
  readonly kernels: WasmKernels;
  /** Address of a float32 tensor's data. */
  input(tensor: tf.TensorInfo): number;
  /** Room for the result. */
  output(shape: readonly number[]): FrameOutput;
  /** Address of room for so many floats, until the frame ends. */
  scratch(floats: number): number;
  /** Addresses of these index arrays; the others are undefined. */
  index(topology: Topology, names: readonly IndexName[]): IndexAddresses;
  /** Gives the room back. */
  end(): void;
}
