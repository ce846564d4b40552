import type {Run} from '../log/parseRunLog.ts';
import type {Measures} from '../log/runLines.ts';
import {type Dot, dotChart, dotLegend, legend, lineChart} from './charts.ts';
import {escapeHtml, figure} from './html.ts';
import {measureInfo, sortedNames} from './measures.ts';
import {inPercent, numberNames, pointsOf, type ShownRun} from './runSeries.ts';

/** Colours in the style sheet, from the first layer to the last. */
export const DEPTHS = 6;
/** Of more layers the key names the first and the last only. */
const MOST_KEYS = 8;

/** Runs whose layers have the same shapes, to be compared layer by layer. */
export function byArchitecture(runs: readonly ShownRun[]): ShownRun[][] {
  const groups = new Map<string, ShownRun[]>();
  for (const run of runs) {
    const key = run.start.layers.map(({shape}) => shape.join('×')).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

/** The layers at the end of each run: densities, exploration, operations, and what else was measured. */
export function layerCharts(runs: readonly ShownRun[]): string {
  const ends = runs.map((run) => ({run, layers: layersAtEnd(run)}));
  const names = sortedNames(ends.flatMap(({layers}) => numberNames(layers)));
  const charts = names.map((name) => {
    const {title, isShare, isLogarithmic} = measureInfo(name);
    const dots = ends.flatMap(({run, layers}) =>
      layers.flatMap((measures, i): Dot[] => {
        const value = measures[name];
        if (typeof value !== 'number') return [];
        const {color, symbol} = run;
        const label = runs[0].start.layers[i].name;
        return [{label, value: isShare ? 100 * value : value, name: run.name, color, symbol}];
      }),
    );
    const keys = runs.filter(({name}) => dots.some((dot) => dot.name === name));
    const caption = `${title} by layer, at the end`;
    const x = isShare ? '%' : isLogarithmic ? 'logarithmic' : '';
    const svg = dotChart(dots, {title: caption, x, isLogarithmic});
    return svg && figure(escapeHtml(caption), svg + dotLegend(keys));
  });
  return charts.join('\n');
}

/** What was last measured of each layer; the `dropped` and `grown` of an update say little. */
function layersAtEnd({start, updates, epochs}: Run): Measures[] {
  const ends = [updates.at(-1), epochs.at(-1)].filter((line) => line !== undefined);
  const [first, last] = ends.sort((a, b) => a.step - b.step);
  return start.layers.map(({name, nnz, shape, isSparse}) => {
    const density = nnz / shape.reduce((product, dimension) => product * dimension, 1);
    const {
      dropped: _,
      grown: __,
      nnz: ___,
      ...measures
    } = {
      density,
      ...(isSparse ? {explorationRate: density} : {}),
      ...first?.layers[name],
      ...last?.layers[name],
    } as Record<string, number>;
    return measures;
  });
}

/** R_l of every layer over the training, one chart per run; layers go by their names in the first run. */
export function evolutionCharts(runs: readonly ShownRun[]): string {
  return runs
    .filter(({updates}) => updates.length > 0)
    .map((run) => {
      const layers = run.start.layers
        .map(({name, isSparse}, i) => ({name, shownName: runs[0].start.layers[i].name, isSparse}))
        .filter(({isSparse}) => isSparse);
      const series = layers.map(({name, shownName}, i) => ({
        name: shownName,
        color: `var(--depth-${Math.round(((DEPTHS - 1) * i) / Math.max(1, layers.length - 1))})`,
        dash: 'none',
        points: inPercent(
          pointsOf(
            run.updates.map(({step, layers}) => ({x: step, measures: layers[name]})),
            'explorationRate',
          ),
        ),
      }));
      const caption = `${run.name}: explored share of each layer`;
      const options = {title: caption, x: 'optimizer step', y: '%', isStepped: true, fromZero: true};
      const keys = layers.length > MOST_KEYS ? [series[0], series[series.length - 1]] : series;
      return figure(escapeHtml(caption), lineChart(series, options) + legend(keys));
    })
    .join('\n');
}
