import * as tf from '@tensorflow/tfjs';
import type {FusedActivation} from '../ops/kernelNames.ts';
import type {KernelInitializer} from '../weights/initialValues.ts';
import type {Constraint, Regularizer} from '../weights/tfjsInternals.ts';

/** What Dense and Conv2D of tfjs-layers have in common; the fields are theirs, parsed from their options. */
export interface StockKernelLayer extends tf.layers.Layer {
  readonly useBias: boolean;
  readonly activation: {apply(x: tf.Tensor): tf.Tensor; getClassName(): string};
  readonly kernelInitializer: KernelInitializer;
  readonly biasInitializer: KernelInitializer;
  readonly kernelConstraint: Constraint | null;
  readonly biasConstraint: Constraint | null;
  readonly kernelRegularizer: Regularizer | null;
  readonly biasRegularizer: Regularizer | null;
  bias: tf.LayerVariable | null;
}

interface DenseLayer extends StockKernelLayer {
  readonly units: number;
}

interface Conv2DLayer extends StockKernelLayer {
  readonly filters: number;
  readonly kernelSize: [number, number];
  readonly strides: [number, number];
  readonly padding: 'valid' | 'same';
  readonly dataFormat: 'channelsFirst' | 'channelsLast';
  readonly dilationRate: [number, number];
}

interface LayerClass<Args, Instance> {
  new (args: Args): Instance;
  className: string;
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
