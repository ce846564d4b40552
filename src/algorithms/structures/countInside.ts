import type {Structure} from '../types.ts';

/**
 * The largest number of connections, at most `nnz`, that a topology with a structure can have: never none where there are to be some.
 *
 * @throws RangeError if the structure allows none of so few, or the shape does not fit it
 */
export function countInside(structure: Structure, shape: readonly number[], nnz: number): number {
  const count = structure.count(shape, nnz);
  if (count > 0 || nnz === 0) return count;
  throw new RangeError(
    `${structure.name}: connections of a layer [${shape}] must be enough for the structure, received ${nnz}, of which it allows none. ` +
      'Use a higher density, or leave this layer dense.',
  );
}
