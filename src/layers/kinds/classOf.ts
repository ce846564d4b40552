import type * as tf from '@tensorflow/tfjs';
import type {LayerClass} from './layerKind.ts';

/** The class of a layer that a factory of tfjs makes; most are not exported. To be made with a name, so that no counter moves. */
export function classOf(layer: tf.layers.Layer): LayerClass {
  return layer.constructor as never;
}
