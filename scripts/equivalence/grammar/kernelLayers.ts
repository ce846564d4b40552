import {Code} from '../code.ts';
import type {Dice} from '../dice.ts';
import {asCode, type LayerCode, type LayerKind, type Shape} from './layer.ts';
import {activation, kernelOptions, optional, sparsity, windowOptions} from './options.ts';

const isImage = (shape: Shape) => shape.length === 3;
const isSequence = (shape: Shape) => shape.length === 2;

const maskedDense: LayerKind = (_, dice) => ({
  factory: 'itop.maskedDense',
  options: {units: dice.int(2, 9), ...sparsity(dice), ...kernelOptions(dice)},
});

const dense: LayerKind = (_, dice) => ({
  factory: 'tf.layers.dense',
  options: {units: dice.int(2, 9), ...kernelOptions(dice)},
});

const convolution = (shape: Shape, dice: Dice) => {
  const window = windowOptions(shape, dice, 'kernelSize');
  // With strides, dilations are refused: seldom.
  const isDilated = dice.once(window.strides ? 30 : 6);
  const isFirst = dice.once(10);
  return {
    filters: dice.int(1, 5),
    ...(isFirst ? windowOptions(shape.slice(1), dice, 'kernelSize') : window),
    dataFormat: isFirst ? 'channelsFirst' : undefined,
    dilationRate: isDilated && !isFirst ? [dice.int(1, 2), dice.int(1, 2)] : undefined,
  };
};

const maskedConv2d: LayerKind = (shape, dice) =>
  isImage(shape)
    ? {factory: 'itop.maskedConv2d', options: {...convolution(shape, dice), ...sparsity(dice), ...kernelOptions(dice)}}
    : undefined;

const conv2d: LayerKind = (shape, dice) =>
  isImage(shape)
    ? {factory: 'tf.layers.conv2d', options: {...convolution(shape, dice), ...kernelOptions(dice)}}
    : undefined;

const conv1d: LayerKind = (shape, dice) =>
  isSequence(shape)
    ? {
        factory: 'tf.layers.conv1d',
        options: {
          filters: dice.int(1, 4),
          kernelSize: Math.min(dice.int(1, 3), shape[0]),
          padding: dice.once(2) ? 'same' : undefined,
          ...kernelOptions(dice),
        },
      }
    : undefined;

const depthwiseConv2d: LayerKind = (shape, dice) =>
  isImage(shape)
    ? {
        factory: 'tf.layers.depthwiseConv2d',
        options: {
          ...windowOptions(shape, dice, 'kernelSize'),
          strides: undefined,
          depthMultiplier: dice.int(1, 2),
          activation: optional(activation(dice), 'linear'),
        },
      }
    : undefined;

const separableConv2d: LayerKind = (shape, dice) =>
  isImage(shape)
    ? {
        factory: 'tf.layers.separableConv2d',
        options: {filters: dice.int(1, 3), ...windowOptions(shape, dice, 'kernelSize'), strides: undefined},
      }
    : undefined;

const conv2dTranspose: LayerKind = (shape, dice) =>
  isImage(shape)
    ? {
        factory: 'tf.layers.conv2dTranspose',
        options: {filters: dice.int(1, 3), ...windowOptions(shape, dice, 'kernelSize'), strides: undefined},
      }
    : undefined;

const RECURRENT = ['tf.layers.simpleRNN', 'tf.layers.gru', 'tf.layers.lstm'];

/** Stock initial values of a recurrent kernel take a decomposition; scripts set their own anyway. */
const recurrentLayer = (dice: Dice, returnSequences: boolean): LayerCode => ({
  factory: dice.of(RECURRENT),
  options: {units: dice.int(1, 3), recurrentInitializer: 'zeros', returnSequences: returnSequences || undefined},
});

const recurrent: LayerKind = (shape, dice) => (isSequence(shape) ? recurrentLayer(dice, dice.once(2)) : undefined);

const bidirectional: LayerKind = (shape, dice) =>
  isSequence(shape)
    ? {
        factory: 'tf.layers.bidirectional',
        options: {
          mergeMode: dice.of(['concat', 'sum', 'mul', 'ave']),
          layer: asCode(recurrentLayer(dice, dice.once(2)), {name: 'inner'}),
        },
      }
    : undefined;

const timeDistributed: LayerKind = (shape, dice) => {
  if (!isSequence(shape)) return undefined;
  const inner = dice.once(3) ? dense(shape, dice) : maskedDense(shape, dice);
  return {factory: 'tf.layers.timeDistributed', options: {layer: asCode(inner!, {name: 'inner'})}};
};

/** Layers with kernels of their own, and the share of each among them. */
export const kernelLayers: Readonly<Record<string, readonly [share: number, kind: LayerKind]>> = {
  maskedDense: [12, maskedDense],
  dense: [3, dense],
  maskedConv2d: [12, maskedConv2d],
  conv2d: [3, conv2d],
  conv1d: [2, conv1d],
  depthwiseConv2d: [1, depthwiseConv2d],
  separableConv2d: [1, separableConv2d],
  conv2dTranspose: [1, conv2dTranspose],
  recurrent: [1, recurrent],
  bidirectional: [1, bidirectional],
  timeDistributed: [2, timeDistributed],
  halfDense: [1, (shape, dice) => ({factory: 'own.halfDense', options: maskedDense(shape, dice)!.options})],
  doubled: [1, (shape, dice) => ({...maskedDense(shape, dice)!, wrapper: 'own.doubled'})],
  counted: [1, (shape, dice) => ({...maskedDense(shape, dice)!, wrapper: 'own.counted'})],
};

/** An embedding, which takes indices: the first layer only. */
export const embedding = (dice: Dice): LayerCode => ({
  factory: 'tf.layers.embedding',
  options: {inputDim: 5, outputDim: dice.int(1, 4), embeddingsInitializer: new Code("'zeros'")},
});
