import type * as tf from '@tensorflow/tfjs';
import type {Block} from '../kernels/wasm/blocks.ts';
import type {NormalizationLayer, PoolKind} from '../layers/kinds/layerKind.ts';
import type {Penalty} from '../layers/kinds/regularizer.ts';
import {isSparseLayer} from '../layers/sparseLayer.ts';
import type {StockKernelLayer} from '../layers/stockLayers.ts';
import type {ConvGeometry} from '../ops/convGeometry.ts';
import type {Topology} from '../topology/topology.ts';
import type {SparseWeight} from '../weights/sparseWeight.ts';
import type {ACTIVATIONS} from './activations.ts';
import type {Image} from './images.ts';

/**
 * A model as a list of steps over buffers of activations. Buffer 0 is the input; a buffer is written by one step, and changed in
 * place by those that follow.
 */
export interface Plan {
  readonly buffers: readonly Buffer[];
  /** Samples in a full block. */
  readonly block: number;
  /** Into how many strips split images are cut, of which each goes through the loops as a sample; 1 if none are. */
  readonly strips: number;
  readonly steps: readonly PlanStep[];
  /** The buffer that holds the output before {@link head}; it has no border. */
  readonly output: number;
  /** The activation of the last layer where the loops do not know it: it is applied with the loss. */
  readonly head?: (z: tf.Tensor) => tf.Tensor;
  /** True if the head is a softmax over the features. */
  readonly hasSoftmax: boolean;
}

/** Activations, and where a parameter comes before them, their gradient. */
export interface Buffer extends Image {
  readonly hasGradient: boolean;
  /** Into how many strips the image is cut, each as high as this buffer says: those of the plan, or 1. */
  readonly strips: number;
}

/** Samples of a block that a buffer holds: strips, or whole images. */
export function samplesIn({buffers, strips}: Plan, buffer: number, {count}: Block): number {
  return (count / strips) * buffers[buffer].strips;
}

/** True for an image in strips whose border has parts of the strips beside it. */
export function hasHalo({strips, border}: Buffer): boolean {
  return strips > 1 && border.top + border.bottom > 0;
}

/** A geometry for any number of samples. */
export type Window = Omit<ConvGeometry, 'batch'>;

/**
 * A layer with a kernel, sparse or not: `buffers[output] = activation(buffers[input] ∗ W + bias)`. A fully connected layer is a
 * convolution of one pixel with one pixel.
 */
export interface ProductStep {
  readonly kind: 'product';
  readonly layer: StockKernelLayer;
  /** The topology of a stock layer, whose connections are all there; a sparse layer has its own, which changes. */
  readonly dense?: Topology;
  readonly input: number;
  readonly output: number;
  readonly window: Window;
  readonly isRelu: boolean;
  readonly kernelPenalty: Penalty;
  readonly biasPenalty: Penalty;
}

/** Batch normalisation over the last axis: `buffers[output] = activation(normalised buffers[input] · gamma + beta)`. */
export interface NormalizationStep {
  readonly kind: 'normalization';
  readonly layer: NormalizationLayer;
  /** Has no border. */
  readonly input: number;
  readonly output: number;
  readonly channels: number;
  readonly pixels: number;
  readonly isRelu: boolean;
  readonly gammaPenalty: Penalty;
  readonly betaPenalty: Penalty;
}

/** The largest, or the mean, of windows of an image. */
export interface PoolStep {
  readonly kind: 'pool';
  readonly pool: PoolKind;
  /** Has no border. */
  readonly input: number;
  readonly output: number;
  readonly window: Window;
}

/** An elementwise activation, in place. */
export interface ActivationStep {
  readonly kind: 'activation';
  readonly activation: keyof typeof ACTIVATIONS;
  /** Slope below 0 of a leaky rectified linear unit. */
  readonly alpha: number;
  readonly buffer: number;
}

/** Dropout, in place; only in training. */
export interface DropoutStep {
  readonly kind: 'dropout';
  readonly buffer: number;
  /** Share of the features that are set to 0, in (0, 1). */
  readonly rate: number;
  /** Tells its masks from those of other layers of the model. */
  readonly salt: number;
}

/** `buffers[output] = Σ buffers[inputs]`, each of the output's shape, or flat. */
export interface SumStep {
  readonly kind: 'sum';
  readonly inputs: readonly number[];
  readonly output: number;
}

/** Brings into the border above and below each strip what lies there in the strips beside it. */
export interface HaloStep {
  readonly kind: 'halo';
  readonly buffer: number;
}

/** `buffers[output] = buffers[input]`, of which one is in strips and the other whole. */
export interface RelayoutStep {
  readonly kind: 'relayout';
  readonly input: number;
  readonly output: number;
  /** The first row of the whole image that is in the strips, negative in its border, and the number of rows from there. */
  readonly top: number;
  readonly rows: number;
  /** Rows of the whole image from the first of a strip to that of the next: fewer than a strip has where strips overlap. */
  readonly advance: number;
}

export type PlanStep =
  | ProductStep
  | NormalizationStep
  | PoolStep
  | ActivationStep
  | DropoutStep
  | SumStep
  | HaloStep
  | RelayoutStep;

/** The steps of layers with a kernel. */
export function productsOf({steps}: Plan): ProductStep[] {
  return steps.filter((step): step is ProductStep => step.kind === 'product');
}

/** The kernel of a layer, if it is sparse. */
export function sparseWeightOf({layer}: ProductStep): SparseWeight | undefined {
  return isSparseLayer(layer) ? layer.sparseWeight : undefined;
}

/** The topology of a layer as it is now. */
export function topologyOf(step: ProductStep): Topology {
  return step.dense ?? sparseWeightOf(step)!.topology;
}
