import type * as tf from '@tensorflow/tfjs';
import {keptFor} from '../layers/keptFor.ts';
import {ensureBuilt} from '../layers/rebuildModel.ts';
import {freshSeed, type RandomState, type SeededRandom, seededRandom} from '../topology/random.ts';

const sources = keptFor(() => ({random: seededRandom(freshSeed())}));

/** The source from which the masks of a model's dropout are drawn where the fused or the replayed step draws them: a number a step. */
export function dropoutSource(model: tf.LayersModel): SeededRandom {
  return sources.of(model).random;
}

/**
 * Seeds the masks of a model's dropout layers, which are other ones in every model otherwise: with the same seed two trainings are the
 * same.
 *
 * It acts where the fused or the replayed step stands in (see `explain(model)`). Single ops draw from tfjs's own source, which cannot be
 * seeded, and a layer with a `seed` has the same mask at every step.
 *
 * @param seed  a number or a string, or what {@link dropoutState} returned, to go on from there
 * @throws RangeError if a state is none that the source can be in
 *
 * @example
 * seedDropout(model, 7);
 * const state = JSON.stringify(dropoutState(model)); // beside the saved model …
 * seedDropout(loaded, JSON.parse(state)); // … to go on with the masks that would have come next
 */
export function seedDropout(model: tf.LayersModel, seed: number | string | RandomState): void {
  ensureBuilt('seedDropout', model);
  sources.of(model).random = seededRandom(seed);
}

/** The state of the source of a model's dropout masks, as plain JSON for a checkpoint; see {@link seedDropout}. */
export function dropoutState(model: tf.LayersModel): RandomState {
  ensureBuilt('dropoutState', model);
  return dropoutSource(model).state();
}
