import type * as tf from '@tensorflow/tfjs';
import type {LayerCall} from '../../weights/tfjsInternals.ts';
import type {StockKernelLayer} from '../stockLayers.ts';
import type {Activation} from './activation.ts';

type Layer = tf.layers.Layer;

/** A class of layers. */
export type LayerClass = tf.serialization.SerializableConstructor<Layer>;

/** Output positions of a call per sample: how often each connection of the kernel is used. */
export type PositionsOf = (shape: readonly number[], call: LayerCall) => number;

/**
 * What the library knows of one class of layers of tfjs, of that class exactly: a subclass may compute something else.
 *
 * A class without a kind is left as it is, and its models run by single ops.
 */
export interface LayerKind {
  /** The class, under the name that tfjs gives it. */
  readonly stock: LayerClass;
  /** The name of the class that stands for it with a sparse kernel. */
  readonly sparseName?: string;
  /** If its first weight is the kernel of one product. */
  readonly positionsOf?: PositionsOf;
  /** If its weights cost nothing: they are looked up. */
  readonly isLookup?: boolean;
  /** If it is an activation: how the loops know it, or undefined if they do not. */
  readonly activationOf?: (layer: never) => Activation | undefined;
  /**
   * Its form in the fused step, if it has one.
   *
   * @param inputs  the layers whose outputs it takes
   * @returns the buffer of its output
   * @throws NotCovered if its options have no form there
   */
  readonly plan?: (graph: PlanGraph, layer: never, inputs: readonly Layer[]) => number;
  /** What its options must be for that, in words; for people. */
  readonly planLimits?: string;
  /** True if it does the same on a device at every step, whatever its numbers are. */
  readonly replays: boolean;
}

/** Sizes of a convolution, or of windows, as the layers of tfjs have them. */
export interface WindowFields {
  readonly size: readonly [number, number];
  readonly strides: [number, number];
  readonly padding: 'valid' | 'same';
  readonly dilations?: [number, number];
}

/** What the form of a layer in the fused step is built with: buffers of activations, by number. */
export interface PlanGraph {
  /** The input of the model. */
  input(layer: Layer): number;
  /** The output of a layer under another name or in another shape. */
  same(from: Layer): number;
  /** A fully connected layer, with the activation of the layer. */
  dense(layer: StockKernelLayer, from: Layer): number;
  /** A convolution, with the activation of the layer. */
  convolution(layer: StockKernelLayer, from: Layer, window: WindowFields): number;
  /** Zeros around an image, for the convolutions that read it. */
  zeroPadding(
    layer: Layer,
    from: Layer,
    around: {readonly top: number; readonly bottom: number; readonly left: number; readonly right: number},
  ): number;
  normalization(layer: NormalizationLayer, from: Layer): number;
  pool(kind: PoolKind, layer: Layer, from: Layer, window: WindowFields): number;
  /**
   * @param activation  as the loops know it; undefined if they do not: then it must be the last of the model, where stock ops
   *   compute it, sample by sample and without weights
   */
  activation(layer: Layer, from: Layer, activation: Activation | undefined): number;
  dropout(layer: Layer, from: Layer, rate: number): number;
  sum(layer: Layer, from: readonly Layer[]): number;
  /** The layers of a model within the model. */
  nested(model: tf.LayersModel, from: Layer): number;
}

/** What becomes of a window; of several places with the largest, `globalMax` gives all the gradient, `max` the first one. */
export type PoolKind = 'max' | 'globalMax' | 'average';

/** BatchNormalization of tfjs-layers. */
export interface NormalizationLayer extends Layer {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly gamma?: tf.LayerVariable;
  readonly beta?: tf.LayerVariable;
  readonly movingMean: tf.LayerVariable;
  readonly movingVariance: tf.LayerVariable;
}
