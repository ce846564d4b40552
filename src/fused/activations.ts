import type * as tf from '@tensorflow/tfjs';

/** The elementwise activations that the loops know, by the number that they know them by. */
export const ACTIVATIONS = {relu: 0, leakyRelu: 1, sigmoid: 2, tanh: 3} as const;

/** An activation of the loops. */
export interface Activation {
  readonly activation: keyof typeof ACTIVATIONS;
  /** Slope below 0 of a leaky rectified linear unit. */
  readonly alpha: number;
}

/** The activation of a layer's option `activation`, or undefined if the loops do not know it. */
export function activationNamed(name: string): Activation | undefined {
  return name in ACTIVATIONS && name !== 'leakyRelu'
    ? {activation: name as Activation['activation'], alpha: 0}
    : undefined;
}

/** The activation that a layer is, or undefined if it is none that the loops know. */
export function activationOfLayer(layer: tf.layers.Layer): Activation | undefined {
  const {activation, alpha, maxValue} = layer as unknown as {
    readonly activation?: {getClassName(): string};
    readonly alpha?: number;
    readonly maxValue?: number | null;
  };
  switch (layer.getClassName()) {
    case 'Activation':
      return activationNamed(activation!.getClassName());
    case 'ReLU':
      return maxValue == null ? {activation: 'relu', alpha: 0} : undefined;
    case 'LeakyReLU':
      // From the output alone the loops tell where they are only if its sign is that of the input.
      return alpha! > 0 ? {activation: 'leakyRelu', alpha: alpha!} : undefined;
    default:
      return undefined;
  }
}
