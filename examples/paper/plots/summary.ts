import type {RunResult} from '../results.ts';
import {type RunSettings, runName} from '../settings.ts';

/** Mean and spread of one number over the seeds. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation; 0 for a single seed. */
  readonly deviation: number;
}

/** The trainings that differ in nothing but the seed, together. */
export interface Summary {
  /** Those of the first seed. */
  readonly settings: RunSettings;
  readonly seeds: number;
  readonly testAccuracy: Spread;
  readonly trainAccuracy: Spread;
  readonly explorationRate: Spread;
  readonly updates: number;
}

/** Results summarised over their seeds, in the order in which they first appear. */
export function summarize(results: readonly RunResult[]): Summary[] {
  const groups = new Map<string, RunResult[]>();
  for (const result of results) {
    const name = runName({...result.settings, seed: 0});
    groups.set(name, [...(groups.get(name) ?? []), result]);
  }
  return [...groups.values()].map((group) => ({
    settings: group[0].settings,
    seeds: group.length,
    testAccuracy: spread(group.map(({testAccuracy}) => testAccuracy)),
    trainAccuracy: spread(group.map(({trainAccuracy}) => trainAccuracy)),
    explorationRate: spread(group.map(({explorationRate}) => explorationRate)),
    updates: group[0].updates,
  }));
}

/** Mean and sample standard deviation. */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0};
}
