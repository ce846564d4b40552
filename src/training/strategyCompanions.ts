import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import type {SparseWeight} from '../weights/sparseWeight.ts';
import type {DSTOptions} from './dstOptions.ts';

/** Companions that are not there yet, or never will be. */
const awaited = new WeakSet<Promise<unknown>>();

/** Gives the connections of all weights what the pruner wants them to have; its errors are those of the next step. */
export function addCompanions(weights: readonly NamedSparseWeight[], {pruner}: DSTOptions): Promise<unknown> {
  const asked = Object.entries(pruner.companions ?? {});
  const added = Promise.all(
    weights.flatMap(({weight}) => asked.map(([name, fresh]) => weight.addCompanion(name, fresh))),
  );
  if (asked.length > 0) awaited.add(added);
  added.then(
    () => awaited.delete(added),
    () => {},
  );
  return added;
}

/** True while what {@link addCompanions} returned has not resolved. */
export function areAwaited(added: Promise<unknown>): boolean {
  return awaited.has(added);
}

/** `[nnz]` by name: the companions of a weight, as strategies see them. */
export function numbersOf(weight: SparseWeight): Readonly<Record<string, Float32Array>> {
  return Object.fromEntries([...weight.companions].map(([name, {numbers}]) => [name, numbers]));
}
