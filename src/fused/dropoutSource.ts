import type * as tf from '@tensorflow/tfjs';
import {keptFor} from '../layers/keptFor.ts';
import {ensureBuilt} from '../layers/rebuildModel.ts';
import {freshSeed, type RandomState, type SeededRandom, seededRandom} from '../topology/random.ts';

const sources = keptFor<{random?: SeededRandom | undefined}>(() => ({}));

/** The source of what is random in a model's training steps, the masks of its dropout for instance: a number a step. */
export function dropoutSource(model: tf.LayersModel): SeededRandom {
  const kept = sources.of(model);
  kept.random ??= seededRandom(freshSeed());
  return kept.random;
}

/**
 * Takes a training step by single ops. All that tfjs draws in it, masks of dropout and noise alike, it draws by `Math.random`: for this
 * step that is a source of its own, seeded by the model's. The step ends before anything else can run.
 *
 * A model whose source nobody has asked for draws as tfjs does.
 */
export function drawingFromSource<Result>(model: tf.LayersModel, step: () => Result): Result {
  const source = sources.of(model).random;
  if (!source) return step();
  const putBack = rememberDraws(model);
  const {random} = Math;
  Math.random = seededRandom(source());
  try {
    return step();
  } catch (error) {
    putBack();
    throw error;
  } finally {
    Math.random = random;
  }
}

/** @returns has a model's source draw again what it draws from now on, for a step that is not taken */
export function rememberDraws(model: tf.LayersModel): () => void {
  const kept = sources.of(model);
  const before = kept.random?.state();
  return () => {
    kept.random = before && seededRandom(before);
  };
}

/**
 * Seeds what is random in a model's training steps, which is something else in every model otherwise: with the same seed two trainings are
 * the same. That is dropout with its masks, and in steps by single ops also noise, recurrent dropout and what custom layers draw by TensorFlow.js.
 *
 * It acts in `fit`, `fitDataset` and `trainOnBatch`. The fused step, the replayed step and single ops draw different masks from one seed. In a
 * custom loop with `optimizer.minimize` TensorFlow.js draws from `Math.random`. A layer with a `seed` has the same mask at every step.
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

/**
 * The state of the source of a model's dropout masks, as plain JSON for a checkpoint; see {@link seedDropout}. From this call on, steps by single
 * ops draw from it, too.
 */
export function dropoutState(model: tf.LayersModel): RandomState {
  ensureBuilt('dropoutState', model);
  return dropoutSource(model).state();
}
