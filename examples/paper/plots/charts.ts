import type {RunSettings} from '../settings.ts';
import type {Chart, ChartPoint, ChartSeries} from './drawChart.ts';
import type {Spread, Summary} from './summary.ts';

export const TEST_ACCURACY = {label: 'test accuracy (%)'};
const INTERVAL = {
  label: 'ΔT, optimizer steps between two updates',
  type: 'log',
  ticks: [10, 25, 50, 100, 200, 400, 1000, 2000, 4000],
  tickFormat: 'd',
} as const;

/**
 * Accuracy over R_s, a line for each group of summaries.
 *
 * @param label  what is written beside a point. @defaultValue its ΔT
 */
export function overExploration(
  title: string,
  groups: Readonly<Record<string, readonly Summary[]>>,
  label: (settings: RunSettings) => string | undefined = intervalOf,
): Chart {
  return {
    title,
    x: {label: 'R_s, share of the connections ever active'},
    y: TEST_ACCURACY,
    series: series(groups, ({explorationRate}) => explorationRate.mean, label),
  };
}

function intervalOf({updateInterval}: RunSettings): string {
  return updateInterval > 0 ? String(updateInterval) : 'static';
}

/** Accuracy over ΔT, a line for each group, and the static network as a level. */
export function overInterval(
  title: string,
  groups: Readonly<Record<string, readonly Summary[]>>,
  statics: readonly Summary[],
): Chart {
  return {
    title,
    x: INTERVAL,
    y: TEST_ACCURACY,
    series: series(groups, ({settings}) => settings.updateInterval),
    levels: levels(statics),
  };
}

/** R_s over ΔT, a line for each group. */
export function explorationOverInterval(title: string, groups: Readonly<Record<string, readonly Summary[]>>): Chart {
  return {
    title,
    x: INTERVAL,
    y: {label: 'R_s (%)', zero: true},
    series: series(
      groups,
      ({settings}) => settings.updateInterval,
      () => undefined,
      ({explorationRate}) => explorationRate,
    ),
  };
}

/** A line for each group that has results: a point for each summary, from left to right. */
export function series(
  groups: Readonly<Record<string, readonly Summary[]>>,
  x: (summary: Summary) => number | string,
  label: (settings: RunSettings, summary: Summary) => string | undefined = () => undefined,
  value: (summary: Summary) => Spread = ({testAccuracy}) => testAccuracy,
): ChartSeries[] {
  return Object.entries(groups)
    .filter(([, summaries]) => summaries.length > 0)
    .map(([name, summaries]) => ({name, points: summaries.map((summary) => point(summary)).sort(byX)}));

  function point(summary: Summary): ChartPoint {
    const {mean, deviation} = value(summary);
    return {x: x(summary), mean: 100 * mean, deviation: 100 * deviation, label: label(summary.settings, summary)};
  }
}

/** Levels for what has no place on the axis. */
export function levels(summaries: readonly Summary[]): {name: string; y: number}[] {
  return summaries.map(({settings, testAccuracy}) => ({name: settings.method, y: 100 * testAccuracy.mean}));
}

function byX(a: ChartPoint, b: ChartPoint): number {
  return typeof a.x === 'number' && typeof b.x === 'number' ? a.x - b.x : 0;
}
