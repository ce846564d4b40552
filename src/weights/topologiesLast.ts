import * as tf from '@tensorflow/tfjs';
import {isCompanion, isTopology} from './tfjsInternals.ts';

let isInstalled = false;

/**
 * Has models list companions and then topologies after all other weights, from the first call on.
 *
 * tfjs lists what is trained first. Of a frozen model nothing is, and each layer's topology would follow its values: the weights of
 * a model would not fit its frozen twin. This way both lists are those of stock layers, and then what connections have besides.
 */
export function listTopologiesLast(): void {
  if (isInstalled) return;
  isInstalled = true;
  const prototype = tf.LayersModel.prototype;
  const container = Object.getPrototypeOf(prototype);
  Object.defineProperty(prototype, 'weights', {
    configurable: true,
    get(this: tf.LayersModel): tf.LayerVariable[] {
      const weights: tf.LayerVariable[] = Reflect.get(container, 'weights', this);
      const others = weights.filter((weight) => !isTopology(weight) && !isCompanion(weight));
      return [...others, ...weights.filter(isCompanion), ...weights.filter(isTopology)];
    },
  });
}
