import type * as tf from '@tensorflow/tfjs';
import {freshSeed, type SeededRandom, seededRandom} from '../topology/random.ts';
import {keptFor} from './keptFor.ts';

const sources = keptFor(() => ({random: seededRandom(freshSeed())}));

/** The source from which the masks of a model's dropout are drawn where the fused or the replayed step draws them. */
export function dropoutSource(model: tf.LayersModel): SeededRandom {
  return sources.of(model).random;
}
