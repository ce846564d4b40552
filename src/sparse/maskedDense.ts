import * as tf from '@tensorflow/tfjs';
import {brandSparse} from '../layers/sparseLayer.ts';
import {StockDense, splitActivation} from '../layers/stockLayers.ts';
import {type SparseMatMulOptions, sparseMatMul} from '../ops/sparseMatMul.ts';
import {checkKind} from '../topology/checkKind.ts';
import type {SparseWeight} from '../weights/sparseWeight.ts';
import {checkCounts, MaskedKernel, type MaskedOptions} from './maskedKernel.ts';

/** Options of {@link maskedDense}: all of `tf.layers.dense`, and the sparsity. */
export type MaskedDenseArgs = Parameters<typeof tf.layers.dense>[0] & MaskedOptions;

/**
 * A fully connected layer that is sparse: `activation(x W + b)` with a fixed number of active connections in W.
 *
 * A `tf.layers.dense` in everything else: any rank of input, all its options, in Sequential and functional models, nested,
 * shared, inside TimeDistributed. A kernel constraint is applied where the stock layer applies it, when weights are set, and
 * to the dense view of the kernel; a kernel regularizer sees the active values.
 */
export class MaskedDense extends StockDense {
  /** The name in saved models. */
  static override className = 'ItopMaskedDense';
  private readonly masked: MaskedKernel;

  /** @throws RangeError if density is not in (0, 1], or neither density nor nnz is given */
  constructor(args: MaskedDenseArgs) {
    checkKind('MaskedDense', 'args', 'an object', args, 'Write maskedDense({units: 300, density: 0.05}).');
    checkCounts('MaskedDense', {units: args.units});
    super(args);
    this.masked = new MaskedKernel('MaskedDense', args);
  }

  /** Values and topology of the kernel, of dense shape `[in, units]`; there once the layer is built. */
  get sparseWeight(): SparseWeight {
    return this.masked.weight;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    if (this.built) return;
    const inputs = lastDimension(inputShape);
    this.masked.build(this, [inputs, this.units]);
    this.inputSpec = [{minNDim: 2, axes: {[-1]: inputs}}];
    this.built = true;
  }

  /** @throws RangeError if the topology, the last of the weights, is damaged; then all are as they were */
  override setWeights(weights: tf.Tensor[]): void {
    this.masked.checkWeights(this, weights);
    super.setWeights(weights);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs as never);
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const {sparseWeight} = this;
      const {topology} = sparseWeight;
      const training = (kwargs as {training?: boolean}).training ?? false;
      const {fused, rest} = splitActivation(this);
      const bias = this.bias?.read() as tf.Tensor1D | undefined;
      const rows = asRows(x.dtype === 'float32' ? x : x.cast('float32'));
      const op = (rows: tf.Tensor2D, values: tf.Tensor1D, options: SparseMatMulOptions) =>
        sparseMatMul(rows, values, topology, options);
      const y = sparseWeight.output(rows, training, op, {bias, activation: fused});
      return rest(x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), this.units]));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), ...this.masked.getConfig()};
  }
}
tf.serialization.registerClass(MaskedDense);
brandSparse(MaskedDense, 'Dense');

/**
 * Makes a sparse fully connected layer; a dense kernel never exists.
 *
 * @example
 * model.add(maskedDense({units: 300, density: 0.05, activation: 'relu', seed: 1}));
 *
 * @throws RangeError if density is not in (0, 1], or neither density nor nnz is given
 */
export function maskedDense(args: MaskedDenseArgs): MaskedDense {
  return new MaskedDense(args);
}

/** A batch of any rank as `[-1, in]`; every op left out is one less on the tape. */
function asRows(x: tf.Tensor): tf.Tensor2D {
  return x.rank === 2 ? (x as tf.Tensor2D) : x.reshape([-1, x.shape[x.rank - 1]]);
}

function lastDimension(inputShape: tf.Shape | tf.Shape[]): number {
  const shape = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as tf.Shape;
  const last = shape[shape.length - 1];
  if (last == null) {
    throw new Error(
      `MaskedDense: the last dimension of the input must be known, received [${shape}]. Give the layer an inputShape.`,
    );
  }
  return last;
}
