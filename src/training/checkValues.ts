import type {NamedSparseWeight} from '../layers/sparseWeights.ts';

/**
 * Throws unless all values are finite.
 *
 * @param step  optimizer steps made so far
 * @throws RangeError with the first that is not
 */
export async function checkValues(weights: readonly NamedSparseWeight[], step: number): Promise<void> {
  const values = await Promise.all(weights.map(({weight}) => weight.variable.data<'float32'>()));
  for (const [i, {name}] of weights.entries()) {
    const slot = values[i].findIndex((value) => !Number.isFinite(value));
    if (slot < 0) continue;
    throw new RangeError(
      `DSTScheduler: values of layer "${name}" must be finite, received ${values[i][slot]} at slot ${slot} at step ` +
        `${step}. The training has diverged: lower the learning rate.`,
    );
  }
}
