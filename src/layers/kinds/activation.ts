import * as tf from '@tensorflow/tfjs';
import {isUntouched, rememberMethods} from './untouched.ts';

/** An elementwise activation that the loops of the fused step know, or none. */
export interface Activation {
  readonly activation: 'linear' | 'relu' | 'leakyRelu' | 'sigmoid' | 'tanh';
  /** Slope below 0 of a leaky rectified linear unit. */
  readonly alpha: number;
}

/** What a layer's option `activation` becomes in tfjs. */
export interface StockActivation {
  apply(x: tf.Tensor, axis?: number): tf.Tensor;
  getClassName(): string;
}

type Name = NonNullable<Parameters<typeof tf.layers.activation>[0]['activation']>;

/** Those of tfjs 4.22: each computes sample by sample, without weights. */
const NAMES: readonly Name[] = [
  ...(['elu', 'gelu', 'gelu_new', 'hardSigmoid', 'linear', 'logSoftmax', 'mish', 'relu', 'relu6', 'selu'] as const),
  ...(['sigmoid', 'softmax', 'softplus', 'softsign', 'swish', 'tanh'] as const),
] as readonly Name[];

const METHODS = ['apply'];

const stock = new Map(
  NAMES.map((name) => {
    const {activation} = tf.layers.activation({activation: name, name: 'itop'}) as unknown as {
      activation: StockActivation;
    };
    rememberMethods(activation.constructor, METHODS);
    return [activation.constructor, name as string];
  }),
);

/** The name of an activation of tfjs, or undefined for any other one. */
export function activationName(activation: StockActivation): string | undefined {
  return isUntouched(activation, METHODS) ? stock.get(activation.constructor) : undefined;
}

/** The form of an activation in the loops, or undefined if they do not know it. */
export function loopActivation(activation: StockActivation): Activation | undefined {
  const name = activationName(activation);
  const isKnown = name === 'linear' || name === 'relu' || name === 'sigmoid' || name === 'tanh';
  return isKnown ? {activation: name, alpha: 0} : undefined;
}
