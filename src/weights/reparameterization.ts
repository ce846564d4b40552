import * as tf from '@tensorflow/tfjs';
import {gatherDense} from '../ops/denseForm.ts';
import type {Random} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';

/** A weight that a reparameterization has beside the values: one number for the layer, or for each input, output or connection of the kernel. */
export interface ExtraWeight {
  /**
   * Inputs are the rows of the kernel as a matrix, outputs its columns. What is per connection follows its connection through updates
   * of the topology, with its optimizer state.
   */
  readonly per: 'layer' | 'input' | 'output' | 'connection';
  /** Every number at the start, and that of a new connection. */
  readonly initial: number;
  /** Whether the optimizer trains it; if not, the reparameterization assigns it. @defaultValue true */
  readonly trained?: boolean;
}

/** What a reparameterization computes with. */
export interface ReparameterizationContext {
  /** The connections of the values. */
  readonly topology: Topology;
  /** By name, what it has beside the values. */
  readonly weights: Readonly<Record<string, tf.Variable<tf.Rank.R1>>>;
  /** Whether the model is being trained. */
  readonly training: boolean;
  /** The only source of randomness that it may use. */
  readonly random: Random;
}

/** The product of a layer's input with any values `[nnz]` of its connections, before bias and activation; differentiable in both. */
export type LayerProduct = <X extends tf.Tensor>(x: X, values: tf.Tensor1D) => X;

/** The values that a sparse layer computes with, made from those that it stores and trains. */
export interface Reparameterization {
  /** What a layer's config knows it by; see `registerReparameterization`. */
  readonly name: string;
  /** Plain JSON of which it can be made again. */
  readonly options: tf.serialization.ConfigDict;
  /** What it has beside the values, by name. @defaultValue nothing */
  readonly weights?: Readonly<Record<string, ExtraWeight>>;
  /** Asked where a layer is built, and before its topology changes. @throws Error if it has no meaning for a kernel with this topology */
  check?(topology: Topology): void;
  /** @returns `[nnz]`, differentiable in the values and in `context.weights` */
  apply(values: tf.Tensor1D, context: ReparameterizationContext): tf.Tensor1D;
  /**
   * What the layer makes of its input, before bias and activation, where that is not a product with the values of `apply`: for noise on
   * outputs, gates of single samples, sparse activations. Growth by gradient sees the first product of a call.
   *
   * @param x        the input: `[samples, in]`, or `[samples, height, width, channels]` of a convolution
   * @param product  of such an input with values of the connections
   * @defaultValue `product(x, apply(values, context))`
   */
  multiply?<X extends tf.Tensor>(
    x: X,
    values: tf.Tensor1D,
    context: ReparameterizationContext,
    product: LayerProduct,
  ): X;
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
  return between(numbers, ofConnections(topology, 'output'), sumOf(topology, 'output'));
}

/** `[nnz]`: of each connection the number of its input. */
export function perInput(numbers: tf.Tensor1D, topology: Topology): tf.Tensor1D {
  return between(numbers, ofConnections(topology, 'input'), sumOf(topology, 'input'));
}

/** `[outputs]`: sums over the connections of each output. */
export function sumPerOutput(numbers: tf.Tensor1D, topology: Topology): tf.Tensor1D {
  return between(numbers, sumOf(topology, 'output'), ofConnections(topology, 'output'));
}

/** `[inputs]`: sums over the connections of each input. */
export function sumPerInput(numbers: tf.Tensor1D, topology: Topology): tf.Tensor1D {
  return between(numbers, sumOf(topology, 'input'), ofConnections(topology, 'input'));
}

type Linear = (numbers: tf.Tensor) => tf.Tensor;

/** A linear map, whose gradient is made by its adjoint. */
function between(numbers: tf.Tensor1D, map: Linear, adjoint: Linear): tf.Tensor1D {
  return tf.customGrad((given) => ({value: map(given as tf.Tensor), gradFunc: adjoint}))(numbers) as tf.Tensor1D;
}

function ofConnections({rows, nnz, rowPtr, colIdx}: Topology, end: 'input' | 'output'): Linear {
  return (numbers) => {
    const indices = end === 'output' ? colIdx.slice() : new Int32Array(nnz);
    if (end === 'input') for (let row = 0; row < rows; row++) indices.fill(row, rowPtr[row], rowPtr[row + 1]);
    return tf.gather(numbers, tf.tensor1d(indices, 'int32'));
  };
}

/** By way of a dense kernel, since backends have no scattered sum in common. */
function sumOf(topology: Topology, end: 'input' | 'output'): Linear {
  const {rows, cols} = topology;
  return (numbers) =>
    gatherDense(numbers, topology)
      .reshape([rows, cols])
      .sum(end === 'output' ? 0 : 1);
}
