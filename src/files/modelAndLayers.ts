import type * as tf from '@tensorflow/tfjs';
import {walkLayers} from '../layers/walkLayers.ts';

/** A model and all layers in it, in their order: the `trainable` of nested models and of Bidirectional comes back from no config. */
export function modelAndLayers(model: tf.LayersModel): tf.layers.Layer[] {
  return [model, ...walkLayers(model).map(({layer}) => layer)];
}
