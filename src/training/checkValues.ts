import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import {checkFinite} from '../topology/checkFinite.ts';

/**
 * Throws unless all values are finite.
 *
 * @param step  optimizer steps made so far
 * @throws RangeError with the first that is not
 */
export async function checkValues(weights: readonly NamedSparseWeight[], step: number): Promise<void> {
  const values = await Promise.all(weights.map(({weight}) => weight.variable.data<'float32'>()));
  for (const [i, {name}] of weights.entries()) {
    checkFinite('DSTScheduler', `values of layer "${name}" at step ${step}`, values[i], {place: 'slot'});
  }
}
