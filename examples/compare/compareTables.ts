import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type Chart, drawChart} from '../paper/plots/drawChart.ts';
import {markdownTable} from '../paper/plots/markdownTable.ts';
import {type Spread, spread} from '../paper/plots/summary.ts';
import {withTables} from '../paper/plots/writePages.ts';
import {writeWhole} from '../quickstart/download.ts';
import type {CompareResult} from './compareRun.ts';
import {methods} from './methods.ts';

/** The trainings of one method at one density. */
interface Row {
  readonly label: string;
  readonly density: number;
  readonly seeds: number;
  readonly accuracy: Spread;
  readonly explorationRate: number;
  readonly flops: number;
}

/** Draws the table and the chart of what was trained into the page of the methods. */
export async function writeComparison(resultsFolder: string, page: string, chart: string): Promise<void> {
  const names = (await readdir(resultsFolder)).filter((name) => name.endsWith('.json')).sort();
  const results: CompareResult[] = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(resultsFolder, name), 'utf8'))),
  );
  const rows = rowsOf(results);
  await writeText(chart, drawChart(flopsChart(rows)));
  await writeText(page, withTables(await readFile(page, 'utf8'), new Map([['compare', compareTable(rows)]])));
}

/** Results summarised over the seeds, by density and then from the best method down. */
export function rowsOf(results: readonly CompareResult[]): Row[] {
  const groups = new Map<string, CompareResult[]>();
  for (const result of results) {
    const {method, density} = result.settings;
    const name = `${method}/${density}`;
    groups.set(name, [...(groups.get(name) ?? []), result]);
  }
  return [...groups.values()]
    .map((group) => ({
      label: methods[group[0].settings.method].label,
      density: group[0].settings.density,
      seeds: group.length,
      accuracy: spread(group.map(({testAccuracy}) => testAccuracy)),
      explorationRate: spread(group.map(({explorationRate}) => explorationRate)).mean,
      flops: spread(group.map(({flops}) => flops)).mean,
    }))
    .sort((a, b) => b.density - a.density || b.accuracy.mean - a.accuracy.mean);
}

/** One row for each method and density. */
export function compareTable(rows: readonly Row[]): string {
  return markdownTable(
    ['density', 'method', 'test accuracy (%)', 'R_s', 'training FLOPs, of dense', 'seeds'],
    rows.map(({density, label, accuracy, explorationRate, flops, seeds}) => [
      String(density),
      label,
      percent(accuracy.mean) + (seeds > 1 ? ` ± ${percent(accuracy.deviation)}` : ''),
      explorationRate.toFixed(2),
      flops.toFixed(3),
      String(seeds),
    ]),
  );
}

/** Accuracy over training FLOPs, a line for each method. */
export function flopsChart(rows: readonly Row[]): Chart {
  const series = Object.values(methods)
    .map(({label}) => ({name: label, rows: rows.filter((row) => row.label === label)}))
    .filter(({rows}) => rows.length > 0);
  return {
    title: 'LeNet-300-100 on MNIST: accuracy over training FLOPs',
    x: {label: 'training FLOPs, % of the dense training', type: 'log'},
    y: {label: 'test accuracy (%)'},
    series: series.map(({name, rows}) => ({
      name,
      points: rows.map(({flops, accuracy}) => ({
        x: 100 * flops,
        mean: 100 * accuracy.mean,
        deviation: 100 * accuracy.deviation,
      })),
    })),
  };
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}

function writeText(path: string, text: string): Promise<void> {
  return writeWhole(path, new TextEncoder().encode(text));
}
