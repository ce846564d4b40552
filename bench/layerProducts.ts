import * as tf from '@tensorflow/tfjs';
import type {Topology} from 'itop';

/** A kernel by its connections. */
export interface SparseKernel {
  readonly topology: Topology;
  /** `[nnz]` */
  readonly values: tf.Tensor1D;
}

/** One of the three products of a layer, both ways. */
export interface Product {
  readonly name: 'forward' | 'gradient of input' | 'gradient of weights';
  dense(): tf.Tensor;
  /** The same by a program of the library, where webgpu has one. */
  denseByItop?(): tf.Tensor;
  sparse(kernel: SparseKernel): tf.Tensor;
}

/** The products of a layer, on operands that it holds. */
export interface LayerProducts {
  readonly name: string;
  /** Multiplications for each connection in each product: batch × output positions. */
  readonly multiplications: number;
  readonly products: readonly Product[];
  readonly operands: readonly tf.Tensor[];
}

/** Runs a kernel of the current backend by its name, past ops and tape. */
export function runKernel(name: string, inputs: tf.NamedTensorMap, attrs: object): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor;
}
