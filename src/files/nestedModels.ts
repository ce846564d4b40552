import * as tf from '@tensorflow/tfjs';
import {walkLayers} from '../layers/walkLayers.ts';

/** A model and those nested in it, in the order of its layers: their `trainable` is in no config. */
export function nestedModels(model: tf.LayersModel): tf.LayersModel[] {
  const layers = walkLayers(model).map(({layer}) => layer);
  return [model, ...layers.filter((layer): layer is tf.LayersModel => layer instanceof tf.LayersModel)];
}
