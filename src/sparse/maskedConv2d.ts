import * as tf from '@tensorflow/tfjs';
import {brandSparse} from '../layers/sparseLayer.ts';
import {StockConv2D, splitActivation} from '../layers/stockLayers.ts';
import {type SparseConv2dOptions, sparseConv2d} from '../ops/sparseConv2d.ts';
import {checkKind} from '../topology/checkKind.ts';
import type {SparseWeight} from '../weights/sparseWeight.ts';
import {checkCounts, MaskedKernel, type MaskedOptions} from './maskedKernel.ts';

/** Options of {@link maskedConv2d}: all of `tf.layers.conv2d`, and the sparsity. */
export type MaskedConv2dArgs = Parameters<typeof tf.layers.conv2d>[0] & MaskedOptions;

/**
 * A two-dimensional convolution that is sparse: a fixed number of active connections in its kernel.
 *
 * A `tf.layers.conv2d` in everything else; it also trains where the stock layer cannot: with dilations, and on the wasm
 * backend. Constraints and regularizers as in {@link MaskedDense}.
 */
export class MaskedConv2d extends StockConv2D {
  /** The name in saved models. */
  static override className = 'ItopMaskedConv2d';
  private readonly masked: MaskedKernel;

  /** @throws RangeError if density is not in (0, 1], or neither density nor nnz is given */
  constructor(args: MaskedConv2dArgs) {
    checkKind(
      'MaskedConv2d',
      'args',
      'an object',
      args,
      'Write maskedConv2d({filters: 64, kernelSize: 3, density: 0.1}).',
    );
    checkCounts('MaskedConv2d', {filters: args.filters, kernelSize: args.kernelSize});
    super(args);
    this.masked = new MaskedKernel('MaskedConv2d', args);
  }

  /** Values and topology of the kernel, of dense shape `[kh, kw, in, filters]`; there once the layer is built. */
  get sparseWeight(): SparseWeight {
    return this.masked.weight;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    if (this.built) return;
    const shape = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as tf.Shape;
    const channelAxis = this.isChannelsFirst ? 1 : 3;
    const channels = shape[channelAxis];
    if (channels == null) {
      throw new Error(
        `MaskedConv2d: the channel dimension of the input must be known, received [${shape}]. Give the layer an inputShape.`,
      );
    }
    this.masked.build(this, [...this.kernelSize, channels, this.filters]);
    this.inputSpec = [{ndim: 4, axes: {[channelAxis]: channels}}];
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
      const given = Array.isArray(inputs) ? inputs[0] : inputs;
      const input = given.dtype === 'float32' ? given : given.cast('float32');
      const x = (this.isChannelsFirst ? tf.transpose(input, [0, 2, 3, 1]) : input) as tf.Tensor4D;
      const {sparseWeight, strides, padding: pad, dilationRate: dilations} = this;
      const {topology} = sparseWeight;
      const training = (kwargs as {training?: boolean}).training ?? false;
      const {fused, rest} = splitActivation(this);
      const bias = this.bias?.read() as tf.Tensor1D | undefined;
      const op = (x: tf.Tensor4D, values: tf.Tensor1D, options: SparseConv2dOptions) =>
        sparseConv2d(x, values, topology, {...options, strides, pad, dilations});
      const y = sparseWeight.output(x, training, op, {bias, activation: fused});
      return rest(this.isChannelsFirst ? tf.transpose(y, [0, 3, 1, 2]) : y);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), ...this.masked.getConfig()};
  }

  private get isChannelsFirst(): boolean {
    return this.dataFormat === 'channelsFirst';
  }
}
tf.serialization.registerClass(MaskedConv2d);
brandSparse(MaskedConv2d, 'Conv2D');

/**
 * Makes a sparse two-dimensional convolution; a dense kernel never exists.
 *
 * @example
 * model.add(maskedConv2d({filters: 64, kernelSize: 3, padding: 'same', density: 0.1, seed: 2}));
 *
 * @throws RangeError if density is not in (0, 1], or neither density nor nnz is given
 */
export function maskedConv2d(args: MaskedConv2dArgs): MaskedConv2d {
  return new MaskedConv2d(args);
}
