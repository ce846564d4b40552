import * as tf from '@tensorflow/tfjs';
import {gatherDense} from '../ops/denseForm.ts';
import type {Random} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';

/** A weight that a reparameterization trains beside the values: one number for the layer, or for each input or output of the kernel. */
export interface ExtraWeight {
  /** Inputs are the rows of the kernel as a matrix, outputs its columns. */
  readonly per: 'layer' | 'input' | 'output';
  /** Every number at the start. */
  readonly initial: number;
}

/** What a reparameterization computes with. */
export interface ReparameterizationContext {
  /** The connections of the values. */
  readonly topology: Topology;
  /** By name, what it trains beside the values. */
  readonly weights: Readonly<Record<string, tf.Tensor1D>>;
  /** Whether the model is being trained. */
  readonly training: boolean;
  /** The only source of randomness that it may use. */
  readonly random: Random;
}

/** The values that a sparse layer computes with, made from those that it stores and trains. */
export interface Reparameterization {
  /** What a layer's config knows it by; see `registerReparameterization`. */
  readonly name: string;
  /** Plain JSON of which it can be made again. */
  readonly options: tf.serialization.ConfigDict;
  /** What it trains beside the values, by name. @defaultValue nothing */
  readonly weights?: Readonly<Record<string, ExtraWeight>>;
  /** @throws Error if it has no meaning for a kernel with this topology */
  check?(topology: Topology): void;
  /** @returns `[nnz]`, differentiable in the values and in `context.weights` */
  apply(values: tf.Tensor1D, context: ReparameterizationContext): tf.Tensor1D;
  /** What is added to the loss in training. @defaultValue nothing */
  penalty?(values: tf.Tensor1D, context: ReparameterizationContext): tf.Scalar;
}

/** A reparameterization as a layer's config holds it. */
export interface SavedReparameterization {
  /** As of the reparameterization. */
  readonly name: string;
  /** Likewise. */
  readonly options: tf.serialization.ConfigDict;
}

/** `[nnz]`: of each connection the number of its output. */
export function perOutput(numbers: tf.Tensor1D, topology: Topology): tf.Tensor1D {
  return perConnection(numbers, topology, topology.colIdx, 0);
}

/** `[nnz]`: of each connection the number of its input. */
export function perInput(numbers: tf.Tensor1D, topology: Topology): tf.Tensor1D {
  const {rows, nnz, rowPtr} = topology;
  const inputs = new Int32Array(nnz);
  for (let row = 0; row < rows; row++) inputs.fill(row, rowPtr[row], rowPtr[row + 1]);
  return perConnection(numbers, topology, inputs, 1);
}

/** The gradient is summed in a dense kernel, since backends have no scattered sum in common. */
function perConnection(numbers: tf.Tensor1D, topology: Topology, indices: Int32Array, summedAxis: 0 | 1): tf.Tensor1D {
  const {rows, cols} = topology;
  return tf.customGrad((given) => ({
    value: tf.gather(given as tf.Tensor, tf.tensor1d(indices.slice(), 'int32')),
    gradFunc: (dy) => gatherDense(dy, topology).reshape([rows, cols]).sum(summedAxis),
  }))(numbers) as tf.Tensor1D;
}
