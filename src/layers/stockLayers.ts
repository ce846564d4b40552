import * as tf from '@tensorflow/tfjs';
import type {FusedActivation} from '../ops/kernelNames.ts';
import type {KernelInitializer} from '../weights/initialValues.ts';
import type {Constraint, Regularizer} from '../weights/tfjsInternals.ts';

/** What Dense and Conv2D of tfjs-layers have in common; the fields are theirs, parsed from their options. */
export interface StockKernelLayer extends tf.layers.Layer {
  /** Whether the layer adds a bias. */
  readonly useBias: boolean;
  /** Applied to the output. */
  readonly activation: {apply(x: tf.Tensor): tf.Tensor; getClassName(): string};
  /** Makes the initial values. */
  readonly kernelInitializer: KernelInitializer;
  /** Makes the initial bias. */
  readonly biasInitializer: KernelInitializer;
  /** Applied to the kernel when weights are set. */
  readonly kernelConstraint: Constraint | null;
  /** Applied to the bias. */
  readonly biasConstraint: Constraint | null;
  /** The penalty of the active values. */
  readonly kernelRegularizer: Regularizer | null;
  /** The penalty of the bias. */
  readonly biasRegularizer: Regularizer | null;
  /** Null without a bias, or before the layer is built. */
  bias: tf.LayerVariable | null;
}

interface DenseLayer extends StockKernelLayer {
  /** Number of outputs. */
  readonly units: number;
}

interface Conv2DLayer extends StockKernelLayer {
  /** Number of output channels. */
  readonly filters: number;
  /** Rows and columns of the kernel. */
  readonly kernelSize: [number, number];
  /** Steps of the window, by rows and columns. */
  readonly strides: [number, number];
  /** Whether zeros around the input keep its size. */
  readonly padding: 'valid' | 'same';
  /** Where the channels are. */
  readonly dataFormat: 'channelsFirst' | 'channelsLast';
  /** Distance of the inputs of a window, by rows and columns. */
  readonly dilationRate: [number, number];
}

interface LayerClass<Args, Instance> {
  new (args: Args): Instance;
  /** The name in saved models. */
  className: string;
  /** Makes a layer of a saved config. */
  fromConfig: tf.serialization.FromConfigMethod<tf.serialization.Serializable>;
}

/**
 * The stock classes, which tfjs does not export; extending them keeps every option and its serialisation.
 * An explicit name leaves tfjs's counter for automatic names alone.
 */
export const StockDense = tf.layers.dense({units: 1, name: 'itop'}).constructor as unknown as LayerClass<
  Parameters<typeof tf.layers.dense>[0],
  DenseLayer
>;

export const StockConv2D = tf.layers.conv2d({filters: 1, kernelSize: 1, name: 'itop'})
  .constructor as unknown as LayerClass<Parameters<typeof tf.layers.conv2d>[0], Conv2DLayer>;

/** A layer's activation in two parts: what the sparse op does as it writes its output, and what is left to stock ops. */
export function splitActivation({activation}: StockKernelLayer): {
  readonly fused: FusedActivation;
  rest(y: tf.Tensor): tf.Tensor;
} {
  const name = activation.getClassName();
  if (name === 'relu' || name === 'linear') return {fused: name, rest: (y) => y};
  return {fused: 'linear', rest: (y) => activation.apply(y)};
}
