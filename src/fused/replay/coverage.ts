import * as tf from '@tensorflow/tfjs';
import {MaskedConv2d} from '../../layers/maskedConv2d.ts';
import {MaskedDense} from '../../layers/maskedDense.ts';
import {walkLayers} from '../../layers/walkLayers.ts';
import {fieldsOf} from '../compiledModel.ts';
import {NotCovered} from '../notCovered.ts';
import {penaltyOf} from '../penalties.ts';
import {isReplayable} from './replayable.ts';

/** Layers that do the same at every step with the same numbers; Dropout has a form of its own. */
const layerNames = new Set([
  ...[MaskedDense.className, MaskedConv2d.className],
  ...['InputLayer', 'Sequential', 'Functional', 'Model', 'Dense', 'Activation', 'Flatten', 'Permute', 'RepeatVector'],
  ...['Reshape', 'Embedding', 'Dropout', 'BatchNormalization', 'LayerNormalization'],
  ...['Conv1D', 'Conv2D', 'Conv3D', 'Conv2DTranspose', 'Conv3DTranspose', 'SeparableConv2D', 'DepthwiseConv2D'],
  ...['Cropping2D', 'UpSampling2D', 'ZeroPadding2D', 'TimeDistributed'],
  ...['MaxPooling1D', 'MaxPooling2D', 'MaxPooling3D', 'AveragePooling1D', 'AveragePooling2D', 'AveragePooling3D'],
  ...['GlobalMaxPooling1D', 'GlobalMaxPooling2D', 'GlobalAveragePooling1D', 'GlobalAveragePooling2D'],
  ...['ReLU', 'LeakyReLU', 'PReLU', 'ELU', 'ThresholdedReLU', 'Softmax'],
  ...['Add', 'Average', 'Concatenate', 'Dot', 'Maximum', 'Minimum', 'Multiply'],
]);

const functions = new Set<unknown>([...Object.values(tf.losses), ...Object.values(tf.metrics)]);

/**
 * Sees to it that a step of the model does the same on the device each time, whatever its numbers are.
 *
 * @throws NotCovered with the first part of the model for which that is not known
 */
export function checkLayers(model: tf.LayersModel): void {
  for (const {layer, path} of walkLayers(model)) {
    const name = layer.getClassName();
    if (!layerNames.has(name)) throw new NotCovered(`layer "${path}" is a ${name}`);
    const fields = layer as unknown as Record<string, Parameters<typeof penaltyOf>[1]>;
    for (const field of Object.keys(fields).filter((key) => key.endsWith('Regularizer'))) {
      penaltyOf(layer, fields[field]);
    }
    if (name === 'Dropout' && (layer as {noiseShape?: unknown}).noiseShape != null) {
      throw new NotCovered(`layer "${path}" has a noise shape`);
    }
  }
}

/** Why steps cannot be replayed with the loss and the metrics of a model: functions of the user's may do something else each time. */
export function reasonAgainstLoss(model: tf.LayersModel): NotCovered | undefined {
  const {loss, metrics} = fieldsOf(model);
  for (const [kind, given] of Object.entries({loss, metric: metrics})) {
    const all = given != null && typeof given === 'object' ? Object.values(given).flat() : [given];
    if (all.some((one) => typeof one === 'function' && !functions.has(one) && !isReplayable(one))) {
      return new NotCovered(`the ${kind} is a function of its own, of which nobody said that it is replayable`);
    }
  }
  return undefined;
}
