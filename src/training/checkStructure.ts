import type {Structure} from '../algorithms/types.ts';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';

/** Throws, and names the layer, unless the structure can be that of these layers: the first update would find out late. */
export function checkStructure(weights: readonly NamedSparseWeight[], structure: Structure): void {
  for (const {name, weight} of weights) {
    const {shape, nnz} = weight.topology;
    try {
      structure.count(shape, nnz);
    } catch (error) {
      throw new RangeError(
        `DSTScheduler: structure must fit the shapes of all layers, received one that does not fit "${name}". ${(error as Error).message}`,
        {cause: error},
      );
    }
  }
}
