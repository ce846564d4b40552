import type * as tf from '@tensorflow/tfjs';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import {collectedWeights} from '../weights/tfjsInternals.ts';

/**
 * Those of layers that are not frozen, nor were when the model was compiled. Only the model knows: compiling a Sequential makes every
 * variable trainable.
 *
 * @param isOwnLoop  true if an optimizer trains them that is not the model's
 */
export function trainedWeights(
  model: tf.LayersModel,
  weights: readonly NamedSparseWeight[],
  isOwnLoop: boolean,
): NamedSparseWeight[] {
  const {trainableWeights: trainable} = model;
  const collected = (!isOwnLoop && collectedWeights(model)) || trainable;
  return weights.filter(({weight: {values}}) => trainable.includes(values) && collected.includes(values));
}
