import type {Dice} from '../dice.ts';
import type {LayerKind, Shape} from './layer.ts';
import {activation, constraint, optional, regularizer, windowOptions} from './options.ts';

const isImage = (shape: Shape) => shape.length === 3;
const isSequence = (shape: Shape) => shape.length === 2;
const sizeOf = (shape: Shape) => shape.reduce((a, b) => a * b, 1);

/** A layer that takes any input. */
const plain = (factory: string, options: (dice: Dice, shape: Shape) => object = () => ({})): LayerKind => {
  return (shape, dice) => ({
    factory: factory.includes('.') ? factory : `tf.layers.${factory}`,
    options: {...options(dice, shape)},
  });
};

/** The layer for images if the input is one. */
const forImages = (factory: string, options: (dice: Dice, shape: Shape) => object = () => ({})): LayerKind => {
  return (shape, dice) => (isImage(shape) ? plain(factory, options)(shape, dice) : undefined);
};

const forSequences = (factory: string, options: (dice: Dice, shape: Shape) => object = () => ({})): LayerKind => {
  return (shape, dice) => (isSequence(shape) ? plain(factory, options)(shape, dice) : undefined);
};

/** The epsilons are large: where a variance is about 0, a small one would make differences of roundings visible. */
const normalization = plain('batchNormalization', (dice, shape) => ({
  momentum: 0.5,
  epsilon: 0.1,
  axis: dice.once(8) && shape.length > 1 ? 1 : undefined,
  scale: dice.once(30) ? false : undefined,
  center: dice.once(30) ? false : undefined,
  gammaRegularizer: regularizer(dice, 6),
  betaRegularizer: regularizer(dice, 6),
  gammaConstraint: constraint(dice, 16),
}));

const pooling = (factory: string) => forImages(factory, (dice, shape) => windowOptions(shape, dice, 'poolSize'));

const pooling1d = (factory: string) =>
  forSequences(factory, (dice, [steps]) => ({poolSize: Math.min(dice.int(1, 2), steps), strides: dice.int(1, 2)}));

const amounts = (dice: Dice) => [
  [dice.int(0, 1), dice.int(0, 1)],
  [dice.int(0, 1), dice.int(0, 1)],
];

const permute: LayerKind = (shape) =>
  shape.length > 1
    ? {factory: 'tf.layers.permute', options: {dims: shape.length === 2 ? [2, 1] : [2, 3, 1]}}
    : undefined;

const reshape: LayerKind = (shape, dice) => {
  const size = sizeOf(shape);
  const row = [4, 3, 2, 1].find((n) => size % n === 0)!;
  const targets: Shape[] = [[size], [size / row, row], [row, size / row, 1]];
  return {factory: 'tf.layers.reshape', options: {targetShape: dice.of(targets)}};
};

/** Layers without kernels, and the share of each among them. */
export const otherLayers: Readonly<Record<string, readonly [share: number, kind: LayerKind]>> = {
  flatten: [5, plain('flatten')],
  activation: [4, plain('activation', (dice) => ({activation: activation(dice)}))],
  relu: [
    3,
    plain('reLU', (dice) => ({
      maxValue: dice.once(4) ? 0.5 : undefined,
      negativeSlope: dice.once(6) ? 0.1 : undefined,
    })),
  ],
  leakyReLU: [2, plain('leakyReLU', (dice) => ({alpha: optional(dice.of([0.3, 0.1, 0, -0.2]), 0.3)}))],
  elu: [1, plain('elu', (dice) => ({alpha: optional(dice.of([1, 0.5]), 1)}))],
  prelu: [1, plain('prelu', (dice) => ({alphaRegularizer: regularizer(dice, 5)}))],
  thresholdedReLU: [1, plain('thresholdedReLU', () => ({theta: 0.1}))],
  softmax: [1, plain('softmax', (dice, shape) => ({axis: dice.once(3) && shape.length > 1 ? 1 : undefined}))],
  batchNormalization: [6, normalization],
  layerNormalization: [1, plain('layerNormalization', () => ({epsilon: 0.1}))],
  maxPooling2d: [4, pooling('maxPooling2d')],
  averagePooling2d: [3, pooling('averagePooling2d')],
  maxPooling1d: [1, pooling1d('maxPooling1d')],
  averagePooling1d: [1, pooling1d('averagePooling1d')],
  globalMaxPooling2d: [2, forImages('globalMaxPooling2d')],
  globalAveragePooling2d: [2, forImages('globalAveragePooling2d')],
  globalMaxPooling1d: [1, forSequences('globalMaxPooling1d')],
  globalAveragePooling1d: [1, forSequences('globalAveragePooling1d')],
  upSampling2d: [1, forImages('upSampling2d', (dice) => ({size: [dice.int(1, 2), dice.int(1, 2)]}))],
  zeroPadding2d: [1, forImages('zeroPadding2d', (dice) => ({padding: amounts(dice)}))],
  cropping2D: [1, forImages('cropping2D', (dice) => ({cropping: amounts(dice)}))],
  permute: [1, permute],
  reshape: [2, reshape],
  repeatVector: [1, (shape) => (shape.length === 1 ? {factory: 'tf.layers.repeatVector', options: {n: 2}} : undefined)],
  // Without a seed masks are random in both runs: only where none is drawn.
  dropout: [
    2,
    plain('dropout', (dice) => (dice.once(3) ? {rate: 0} : {rate: dice.of([0.2, 0.5]), seed: dice.int(1, 9)})),
  ],
  scale: [1, plain('own.scale')],
  penalizedScale: [1, plain('own.penalizedScale')],
  trainingShift: [1, plain('own.trainingShift')],
};
