import {sizeOf} from '../../topology/positions.ts';
import type {Structure} from '../types.ts';
import {groupStructure} from './groups.ts';

/**
 * Every output has the same number of inputs, ⌊connections / outputs⌋: rows of the transposed index are equally long.
 *
 * @see Lasby et al. 2023, "Dynamic Sparse Training with Structured Sparsity", §3, https://arxiv.org/abs/2305.02299
 */
export function constantFanIn(): Structure {
  const outputsOf = (shape: readonly number[]) => shape[shape.length - 1];
  return groupStructure({
    name: 'constantFanIn',
    isExact: true,
    count: outputsOf,
    groupOf: (shape) => (position) => position % outputsOf(shape),
    capacity(shape, nnz) {
      const fanIn = Math.min(Math.floor(nnz / outputsOf(shape)), sizeOf(shape) / outputsOf(shape));
      return () => fanIn;
    },
  });
}
