import type * as tf from '@tensorflow/tfjs';
import type {Topology} from '../../topology/topology.ts';
import type {WasmKernels} from './kernelModule.ts';

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
  /**
   * Address of an index array of a topology, made once in its life.
   *
   * @param key  tells the arrays of a topology apart
   */
  index(topology: Topology, key: string, make: () => Int32Array): number;
  /** Gives the room back. */
  end(): void;
}

/** A kernel of two inputs and one output on a frame. */
export interface WasmKernel<Attrs> {
  readonly kernelName: string;
  readonly inputs: readonly [string, string];
  run(frame: Frame, first: tf.TensorInfo, second: tf.TensorInfo, attrs: Attrs): tf.TensorInfo;
}

/** A batch rounded up to whole SIMD vectors. */
export function strideOf(batch: number): number {
  return Math.ceil(batch / 4) * 4;
}

/** Addresses of the index arrays of a topology, by the names of its documentation. */
export function topologyIndex(frame: Frame, topology: Topology) {
  return {
    rowPtr: () => frame.index(topology, 'rowPtr', () => topology.rowPtr),
    colIdx: () => frame.index(topology, 'colIdx', () => topology.colIdx),
    colPtr: () => frame.index(topology, 'colPtr', () => topology.transposed().colPtr),
    rowIdx: () => frame.index(topology, 'rowIdx', () => topology.transposed().rowIdx),
    slots: () => frame.index(topology, 'slots', () => topology.transposed().slots),
  };
}
