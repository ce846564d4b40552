import {type LineChartOptions, legend, lineChart, type Point, type Series} from './charts.ts';
import {escapeHtml, figure} from './html.ts';
import {measureInfo, sortedNames} from './measures.ts';
import {
  initialDensity,
  isSparse,
  lastStep,
  listNames,
  numberNames,
  pointsOf,
  type ShownRun,
  seriesOf,
} from './runSeries.ts';

/** Measures of an update that have a chart of their own below, or are told better by another. */
const NOT_SHOWN = new Set(['explorationRate', 'reliableRate', 'dropped', 'nnz']);

/** How the runs learned: loss and metrics after each epoch, and against what they cost. */
export function learningCharts(runs: readonly ShownRun[]): string {
  const names = sortedNames(runs.flatMap(({epochs}) => numberNames(epochs.map(({metrics}) => metrics))));
  const charts = names.map((name) =>
    measureChart(
      name,
      seriesOf(runs, ({epochs}) =>
        pointsOf(
          epochs,
          ({epoch}) => epoch,
          ({metrics}) => metrics,
          name,
        ),
      ),
      'epoch',
    ),
  );
  const [first] = names;
  if (first === undefined) return '';
  const {title, isShare} = measureInfo(first);
  const factor = isShare ? 100 : 1;
  const againstCost = seriesOf(runs, ({epochs}) =>
    pointsOf(
      epochs,
      ({flops}) => flops.total,
      ({metrics}) => metrics,
      first,
    ).map(({x, y}) => ({x, y: factor * y})),
  );
  const cost = seriesOf(runs, ({epochs}) => epochs.map(({epoch, flops}) => ({x: epoch, y: flops.total})));
  return [
    ...charts,
    chart(`${title} against training FLOPs`, againstCost, {
      x: 'training FLOPs, logarithmic',
      y: isShare ? '%' : '',
      isLogarithmic: true,
    }),
    chart('Training FLOPs', cost, {x: 'epoch', y: 'FLOPs', fromZero: true}),
  ].join('\n');
}

/** How the runs explored: R_s over the steps, and everything else that was measured at updates and epochs. */
export function explorationCharts(runs: readonly ShownRun[]): string {
  const sparse = runs.filter(isSparse);
  if (sparse.length === 0) return '';
  const ofUpdates = sortedNames(sparse.flatMap(({updates}) => numberNames(updates.map(({measures}) => measures))));
  const inUpdates = new Set(ofUpdates);
  const ofEpochs = sortedNames(sparse.flatMap(({epochs}) => numberNames(epochs.map(({measures}) => measures))));
  const lists = sortedNames(sparse.flatMap(({epochs}) => listNames(epochs.map(({measures}) => measures))));
  const charts = [explorationChart(sparse)];
  for (const name of ofUpdates.filter((name) => !NOT_SHOWN.has(name))) {
    const series = seriesOf(sparse, ({updates}) =>
      pointsOf(
        updates,
        ({step}) => step,
        ({measures}) => measures,
        name,
      ),
    );
    if (name !== 'density' || varies(series)) charts.push(measureChart(name, series, 'optimizer step'));
  }
  for (const name of ofEpochs.filter((name) => !NOT_SHOWN.has(name) && !inUpdates.has(name))) {
    const series = seriesOf(runs, ({epochs}) =>
      pointsOf(
        epochs,
        ({epoch}) => epoch,
        ({measures}) => measures,
        name,
      ),
    );
    if (name !== 'density' || varies(series)) charts.push(measureChart(name, series, 'epoch'));
  }
  for (const name of lists) {
    const series = seriesOf(sparse, (run) => lastList(run, name).map((y, i) => ({x: i + 1, y})));
    charts.push(measureChart(name, series, 'number of updates'));
  }
  return charts.join('\n');
}

/** R_s and, finer, the reliable R_s. */
function explorationChart(runs: readonly ShownRun[]): string {
  const at = (run: ShownRun, name: string, first: number): Point[] => {
    const points = pointsOf(
      run.updates,
      ({step}) => step,
      ({measures}) => measures,
      name,
    );
    if (points.length === 0 && name !== 'explorationRate') return [];
    const {step} = run.start;
    const whole = [{x: step, y: first}, ...points];
    const last = whole[whole.length - 1];
    return [...whole, {x: lastStep(run), y: last.y}].map(({x, y}) => ({x, y: 100 * y}));
  };
  const explored = seriesOf(runs, (run) => at(run, 'explorationRate', initialDensity(run)));
  const reliable = seriesOf(runs, (run) => at(run, 'reliableRate', 0)).map((line) => ({...line, isFaint: true}));
  const caption = measureInfo('explorationRate').title + (reliable.length > 0 ? '; fine lines: reliably explored' : '');
  const options = {title: caption, x: 'optimizer step', y: '%', isStepped: true, fromZero: true};
  return figure(caption, lineChart([...explored, ...reliable], options) + legend(explored));
}

/** A chart of a measure, in percent if it is a share. */
export function measureChart(name: string, series: readonly Series[], x: string): string {
  const {title, isShare} = measureInfo(name);
  const factor = isShare ? 100 : 1;
  const scaled = series.map((line) => ({...line, points: line.points.map(({x, y}) => ({x, y: factor * y}))}));
  return chart(title, scaled, {x, y: isShare ? '%' : ''});
}

function chart(title: string, series: readonly Series[], options: Omit<LineChartOptions, 'title'>): string {
  if (series.length === 0) return '';
  return figure(escapeHtml(title), lineChart(series, {title, ...options}) + legend(series));
}

/** The last value of a measure that is a list. */
function lastList({epochs}: ShownRun, name: string): readonly number[] {
  const values = epochs.map(({measures}) => measures[name]).filter((value) => Array.isArray(value));
  return (values.at(-1) as readonly number[] | undefined) ?? [];
}

function varies(series: readonly Series[]): boolean {
  return series.some(({points}) => points.some(({y}) => y !== points[0].y));
}
