import type {Experiment} from '../experiments/experiment.ts';
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
  /** Optimizer steps. */
  readonly steps: number;
}

/** The results of an experiment, whatever their seed, summarised over the seeds and ordered for a table. */
export function summarize({runs}: Pick<Experiment, 'runs'>, results: readonly RunResult[]): Summary[] {
  const nameOf = (settings: RunSettings) => runName({...settings, seed: 1});
  const groups = runs(1)
    .slice()
    .sort(inTable)
    .map((settings) => results.filter((result) => nameOf(result.settings) === runName(settings)));
  return groups
    .filter(({length}) => length > 0)
    .map((group) => ({
      settings: group[0].settings,
      seeds: group.length,
      testAccuracy: spread(group.map(({testAccuracy}) => testAccuracy)),
      trainAccuracy: spread(group.map(({trainAccuracy}) => trainAccuracy)),
      explorationRate: spread(group.map(({explorationRate}) => explorationRate)),
      updates: group[0].updates,
      steps: group[0].steps,
    }));
}

const STARTS: readonly RunSettings['start'][] = ['random', 'snip', 'lottery'];
const METHODS: readonly RunSettings['method'][] = ['dense', 'static', 'set', 'unexplored', 'rigl'];

/** The long intervals first, since they explore least. */
function inTable(a: RunSettings, b: RunSettings): number {
  return (
    a.density - b.density ||
    STARTS.indexOf(a.start) - STARTS.indexOf(b.start) ||
    a.initialization.localeCompare(b.initialization) ||
    METHODS.indexOf(a.method) - METHODS.indexOf(b.method) ||
    a.epochs - b.epochs ||
    a.batchSize - b.batchSize ||
    b.learningRate - a.learningRate ||
    b.dropFraction - a.dropFraction ||
    b.updateInterval - a.updateInterval ||
    a.exploreEpochs - b.exploreEpochs
  );
}

/** Mean and sample standard deviation. */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0};
}
