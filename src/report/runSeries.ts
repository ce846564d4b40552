import type {Run} from '../log/parseRunLog.ts';
import type {Measures} from '../log/runLines.ts';
import {sum} from '../topology/sum.ts';
import {DASHES, type Point, type Series, SYMBOLS, type SymbolName} from './charts.ts';

/** A run as the report shows it. */
export interface ShownRun extends Run {
  readonly color: string;
  readonly dash: string;
  readonly symbol: SymbolName;
}

/** Colours in the style sheet. */
export const COLORS = 8;

/** Gives each run its colour, dash and symbol; where the colours begin anew, each has the next dash and symbol. */
export function shownRuns(runs: readonly Run[]): ShownRun[] {
  const symbols = Object.keys(SYMBOLS) as SymbolName[];
  return runs.map((run, i) => {
    const round = Math.floor(i / COLORS);
    return {
      ...run,
      color: `var(--series-${i % COLORS})`,
      dash: DASHES[(i + round) % DASHES.length],
      symbol: symbols[round % symbols.length],
    };
  });
}

/** A line for each run that has the points. */
export function seriesOf(runs: readonly ShownRun[], points: (run: ShownRun) => readonly Point[]): Series[] {
  return runs
    .map((run) => ({name: run.name, color: run.color, dash: run.dash, points: points(run)}))
    .filter(({points}) => points.length > 0);
}

/** What was measured at one place of an axis. */
export interface Moment {
  readonly x: number;
  readonly measures: Measures | undefined;
}

/** The measures of the updates by optimizer step. */
export function atUpdates({updates}: Run): Moment[] {
  return updates.map(({step, measures}) => ({x: step, measures}));
}

/** The measures of the epochs by their number. */
export function atEpochs({epochs}: Run): Moment[] {
  return epochs.map(({epoch, measures}) => ({x: epoch, measures}));
}

/** The measures of updates and epochs by optimizer step. */
export function atSteps({updates, epochs}: Run): Moment[] {
  return [...updates, ...epochs].map(({step, measures}) => ({x: step, measures})).sort((a, b) => a.x - b.x);
}

/** The points of a measure, where it is a finite number. */
export function pointsOf(moments: readonly Moment[], name: string): Point[] {
  return moments.flatMap(({x, measures}) => {
    const y = measures?.[name];
    return typeof y === 'number' ? [{x, y}] : [];
  });
}

/** The same points in percent. */
export function inPercent(points: readonly Point[]): Point[] {
  return points.map(({x, y}) => ({x, y: 100 * y}));
}

/** The names of the measures that are numbers in any of the lines. */
export function numberNames(measures: Iterable<Measures>): string[] {
  return namesWhere(measures, (value) => typeof value === 'number');
}

/** The names of the measures that are lists in any of the lines. */
export function listNames(measures: Iterable<Measures>): string[] {
  return namesWhere(measures, Array.isArray);
}

function namesWhere(measures: Iterable<Measures>, test: (value: unknown) => boolean): string[] {
  const names = new Set<string>();
  for (const record of measures) {
    for (const [name, value] of Object.entries(record)) if (test(value)) names.add(name);
  }
  return [...names];
}

/** The active share of the connections of the sparse layers at the start. */
export function initialDensity({start}: Run): number {
  const sparse = start.layers.filter(({isSparse}) => isSparse);
  const sizes = sparse.map(({shape}) => shape.reduce((product, dimension) => product * dimension, 1));
  return sum(sparse.map(({nnz}) => nnz)) / sum(sizes);
}

/** The active share of the connections of the sparse layers at the end. */
export function density(run: Run): number {
  return pointsOf(atSteps(run), 'density').at(-1)?.y ?? (isSparse(run) ? initialDensity(run) : 1);
}

/** R_s at the end. Without a scheduler it is not measured: then the most that was active at once. */
export function explorationRate(run: Run): number {
  const moments = atSteps(run);
  const densities = pointsOf(moments, 'density').map(({y}) => y);
  return (
    pointsOf(moments, 'explorationRate').at(-1)?.y ??
    densities.reduce((most, each) => Math.max(most, each), initialDensity(run))
  );
}

/** Optimizer steps so far. */
export function lastStep({start, updates, epochs}: Run): number {
  return Math.max(start.step, updates.at(-1)?.step ?? 0, epochs.at(-1)?.step ?? 0);
}

/** True if the run has layers whose connections may change, though earlier logs do not name those that are not counted. */
export function isSparse({start, updates}: Run): boolean {
  return updates.length > 0 || start.layers.some(({isSparse}) => isSparse);
}
