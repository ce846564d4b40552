import {Code, type Options, type Value} from '../code.ts';
import type {Dice} from '../dice.ts';

/** Activations that are used most; all others come more rarely. */
const COMMON = ['linear', 'relu', 'tanh', 'sigmoid'] as const;
const RARE = [
  ...['elu', 'selu', 'relu6', 'hardSigmoid', 'softplus', 'softsign', 'softmax', 'logSoftmax', 'swish', 'mish', 'gelu'],
  'gelu_new',
] as const;
const ACTIVATIONS = [...COMMON, ...COMMON, ...COMMON, ...COMMON, ...COMMON, ...RARE];

export type ActivationName = (typeof ACTIVATIONS)[number];

export const activation = (dice: Dice): ActivationName => dice.of(ACTIVATIONS);

const REGULARIZERS = [
  'tf.regularizers.l2({l2: 0.02})',
  'tf.regularizers.l1({l1: 0.01})',
  'tf.regularizers.l1l2({l1: 0.01, l2: 0.02})',
];
const CONSTRAINTS = [
  'tf.constraints.maxNorm({maxValue: 0.7, axis: 0})',
  'tf.constraints.nonNeg()',
  'tf.constraints.unitNorm({axis: 0})',
  'tf.constraints.minMaxNorm({minValue: 0.2, maxValue: 0.9, axis: 0})',
];

/** Once in so many times a regularizer. */
export const regularizer = (dice: Dice, times: number): Value =>
  dice.once(times) ? new Code(dice.of(REGULARIZERS)) : undefined;

export const constraint = (dice: Dice, times: number): Value =>
  dice.once(times) ? new Code(dice.of(CONSTRAINTS)) : undefined;

/** Options of all layers with a kernel and a bias. */
export function kernelOptions(dice: Dice): Options {
  const useBias = dice.once(5) ? false : undefined;
  return {
    activation: optional(activation(dice), 'linear'),
    useBias,
    kernelRegularizer: regularizer(dice, 5),
    biasRegularizer: useBias === false ? undefined : regularizer(dice, 8),
    kernelConstraint: constraint(dice, 10),
    biasConstraint: useBias === false ? undefined : constraint(dice, 16),
    activityRegularizer: dice.once(20) ? new Code('tf.regularizers.l2({l2: 0.01})') : undefined,
  };
}

/** Density and seed of a sparse layer. */
export function sparsity(dice: Dice): Options {
  return {density: dice.of([0.5, 0.3, 0.1, 1, 0.7]), seed: dice.int(1, 9)};
}

/** Leaves a default out, so that sources stay short. */
export function optional<Option extends Value>(value: Option, byDefault: Option): Option | undefined {
  return value === byDefault ? undefined : value;
}

/** Kernel or window over an image, and how it moves. */
export function windowOptions([height, width]: readonly number[], dice: Dice, sizeName: 'kernelSize' | 'poolSize') {
  const size = [Math.min(dice.int(1, 3), height), Math.min(dice.int(1, 3), width)];
  return {
    [sizeName]: size,
    strides: dice.once(3) ? [dice.int(1, 2), dice.int(1, 2)] : sizeName === 'poolSize' ? [1, 1] : undefined,
    padding: dice.once(2) ? 'same' : undefined,
  };
}
