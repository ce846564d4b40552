import type {Measures} from '../log/runLines.ts';
import {type LineChartOptions, legend, lineChart, type Point, type Series} from './charts.ts';
import {escapeHtml, figure} from './html.ts';
import {measureInfo, sortedNames} from './measures.ts';
import {
  atEpochs,
  atSteps,
  atUpdates,
  initialDensity,
  inPercent,
  isSparse,
  lastStep,
  listNames,
  type Moment,
  numberNames,
  pointsOf,
  type ShownRun,
  seriesOf,
} from './runSeries.ts';

/** Measures that stand in the chart of R_s, or are told better by another. */
const NOT_SHOWN = new Set(['explorationRate', 'reliableRate', 'nnz']);
/** Measures of what an update changed: where it is nothing in all of them, there is nothing to show. */
const OF_CHANGES = new Set(['dropFraction', 'dropped', 'grown']);

/** How the runs learned: loss and metrics after each epoch, and against what they cost. */
export function learningCharts(runs: readonly ShownRun[]): string {
  const names = sortedNames(runs.flatMap(({epochs}) => numberNames(epochs.map(({metrics}) => metrics))));
  const [first] = names;
  if (first === undefined) return '';
  const metrics = names.map((name) =>
    measureChart(
      name,
      'epoch',
      seriesOf(runs, (run) => pointsOf(metricsOf(run), name)),
    ),
  );
  const byCost = ({epochs}: ShownRun) =>
    epochs.filter(({flops}) => flops.total > 0).map(({flops, metrics}) => ({x: flops.total, measures: metrics}));
  const againstCost = measureChart(
    first,
    'training FLOPs, logarithmic',
    seriesOf(runs, (run) => pointsOf(byCost(run), first)),
    {
      title: `${measureInfo(first).title} against training FLOPs`,
      logarithmic: 'x',
    },
  );
  const cost = seriesOf(runs, ({epochs}) => epochs.map(({epoch, flops}) => ({x: epoch, y: flops.total})));
  return [
    ...metrics,
    againstCost,
    chart(cost, {title: 'Training FLOPs', x: 'epoch', y: 'FLOPs, logarithmic', logarithmic: 'y'}),
  ].join('\n');
}

/** How the runs explored: R_s over the steps, and everything else that was measured at updates and epochs. */
export function explorationCharts(runs: readonly ShownRun[]): string {
  const sparse = runs.filter(isSparse);
  if (sparse.length === 0) return '';
  const ofUpdates = numberNames(sparse.flatMap(atUpdates).map(measuresOf)).filter((name) => !NOT_SHOWN.has(name));
  const ofEpochs = numberNames(sparse.flatMap(atEpochs).map(measuresOf)).filter(
    (name) => !NOT_SHOWN.has(name) && !ofUpdates.includes(name),
  );
  const lists = listNames(sparse.flatMap(atEpochs).map(measuresOf));
  const charts = [
    ...sortedNames(ofUpdates).map((name) => {
      const series = seriesOf(sparse, (run) => pointsOf(atUpdates(run), name));
      const isTold =
        (name === 'density' && !varies(series)) ||
        (OF_CHANGES.has(name) && isZero(series)) ||
        (name === 'dropped' && sparse.every(growsWhatItDrops));
      return isTold ? '' : measureChart(name, 'optimizer step', series);
    }),
    ...sortedNames(ofEpochs).map((name) => {
      const series = seriesOf(runs, (run) => pointsOf(atEpochs(run), name));
      return name === 'density' && !varies(series) ? '' : measureChart(name, 'epoch', series);
    }),
    ...sortedNames(lists).map((name) => {
      const series = seriesOf(sparse, (run) => lastList(run, name).map((y, i) => ({x: i + 1, y})));
      return measureChart(name, 'number of updates', series);
    }),
  ];
  return [explorationChart(sparse), ...charts].join('\n');
}

/** R_s and, finer, the reliable R_s. */
function explorationChart(runs: readonly ShownRun[]): string {
  const whole = (run: ShownRun, points: readonly Point[], first: number): Point[] => {
    // What a run has explored before its log begins is not known until the first line tells.
    const isBegin = run.start.step === 0 || points.length === 0;
    const begun = isBegin ? [{x: run.start.step, y: first}, ...changes(points)] : changes(points);
    return inPercent([...begun, {x: lastStep(run), y: begun[begun.length - 1].y}]);
  };
  const explored = seriesOf(runs, (run) => whole(run, pointsOf(atSteps(run), 'explorationRate'), initialDensity(run)));
  const reliable = seriesOf(runs, (run) => {
    const points = pointsOf(atSteps(run), 'reliableRate');
    return points.length > 0 ? whole(run, points, 0) : [];
  }).map((line) => ({...line, isFaint: true}));
  const title = measureInfo('explorationRate').title + (reliable.length > 0 ? '; fine lines: reliably explored' : '');
  const options = {title, x: 'optimizer step', y: '%', isStepped: true, fromZero: true};
  return figure(title, lineChart([...explored, ...reliable], options) + legend(explored));
}

/** Those that are other than the one before. */
function changes(points: readonly Point[]): Point[] {
  return points.filter(({y}, i) => y !== points[i - 1]?.y);
}

function metricsOf({epochs}: ShownRun): Moment[] {
  return epochs.map(({epoch, metrics}) => ({x: epoch, measures: metrics}));
}

function measuresOf({measures}: Moment): Measures {
  return measures ?? {};
}

/** A chart of a measure, in percent if it is a share. */
function measureChart(
  name: string,
  x: string,
  series: readonly Series[],
  options: Partial<LineChartOptions> = {},
): string {
  const {title, isShare} = measureInfo(name);
  const shown = isShare ? series.map((line) => ({...line, points: inPercent(line.points)})) : series;
  return chart(shown, {title, x, y: isShare ? '%' : '', ...options});
}

function chart(series: readonly Series[], options: LineChartOptions): string {
  const lines = lineChart(series, options);
  return lines && figure(escapeHtml(options.title), lines + legend(series));
}

/** The last value of a measure that is a list. */
function lastList({epochs}: ShownRun, name: string): readonly number[] {
  const values = epochs.map(({measures}) => measures[name]).filter((value) => Array.isArray(value));
  return (values.at(-1) as readonly number[] | undefined) ?? [];
}

/** True if the chart of what was grown is that of what was dropped, too. */
function growsWhatItDrops({updates}: ShownRun): boolean {
  return updates.every(({measures: {dropped, grown}}) => dropped === grown);
}

function isZero(series: readonly Series[]): boolean {
  return series.every(({points}) => points.every(({y}) => y === 0));
}

function varies(series: readonly Series[]): boolean {
  return series.some(({points}) => points.some(({y}) => y !== points[0].y));
}
