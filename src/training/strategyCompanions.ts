import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import type {SparseWeight} from '../weights/sparseWeight.ts';
import type {DSTOptions} from './dstOptions.ts';

/** Those that have no companions, or have all of them. */
const complete = new WeakSet<Promise<unknown>>();

/** Gives the connections of all weights what the pruner wants them to have; its errors are those of the next step. */
export function addCompanions(weights: readonly NamedSparseWeight[], {pruner}: DSTOptions): Promise<unknown> {
  const asked = Object.entries(pruner.companions ?? {});
  const added = Promise.all(
    weights.flatMap(({weight}) => asked.map(([name, fresh]) => weight.addCompanion(name, fresh))),
  );
  added.then(
    () => complete.add(added),
    () => {},
  );
  return added;
}

/** True once what {@link addCompanions} returned has resolved. */
export function areAdded(added: Promise<unknown>): boolean {
  return complete.has(added);
}

/** `[nnz]` by name: the companions of a weight, as strategies see them. */
export function numbersOf(weight: SparseWeight): Readonly<Record<string, Float32Array>> {
  return Object.fromEntries([...weight.companions].map(([name, {numbers}]) => [name, numbers]));
}
