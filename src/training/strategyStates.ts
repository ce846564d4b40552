import type {DSTOptions} from './dstOptions.ts';

/** What pruner and grower keep from update to update; left out where they keep nothing. */
export interface StrategyStates {
  /** What `save()` of the pruner gave. */
  readonly pruner?: unknown;
  /** What `save()` of the grower gave. */
  readonly grower?: unknown;
}

/** The states of the strategies as they are now, or undefined where they keep nothing. */
export function saveStrategies({pruner, grower}: Pick<DSTOptions, 'pruner' | 'grower'>): StrategyStates | undefined {
  if (!pruner.save && !grower.save) return undefined;
  return {...(pruner.save && {pruner: pruner.save()}), ...(grower.save && {grower: grower.save()})};
}

/** Gives the strategies back what {@link saveStrategies} returned. @throws Error if a strategy knows nothing of it */
export function restoreStrategies(
  {pruner, grower}: Pick<DSTOptions, 'pruner' | 'grower'>,
  states: StrategyStates | undefined,
): void {
  if (pruner.save) pruner.restore?.(states?.pruner);
  if (grower.save) grower.restore?.(states?.grower);
}
