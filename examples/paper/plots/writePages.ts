import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeWhole} from '../../quickstart/download.ts';
import {experiments} from '../experiments/index.ts';
import {table1} from '../experiments/table1.ts';
import {readResults} from '../runQueue.ts';
import {type Chart, drawChart} from './drawChart.ts';
import {accuracyTable, predictionQuality, publishedTable, ratesTable} from './explorationTables.ts';
import {figures} from './figures.ts';
import {flopsTable} from './flopsTable.ts';
import {officialTable} from './officialTable.ts';
import {resnet50Cost} from './resnet50Cost.ts';
import {resultTable} from './resultTable.ts';
import {summarize} from './summary.ts';

/** Draws the charts of all experiments that have results, and renews the tables in the pages. */
export async function writePages(resultsFolder: string, pagesFolder: string): Promise<void> {
  const results = await readResults(resultsFolder);
  const cost = resnet50Cost();
  const prediction = predictionQuality(results);
  const grid = summarize(table1, results);
  const tables = new Map([
    ['fig2-cost', cost.table],
    ['table1-published', publishedTable()],
    ['table1-rates', ratesTable(grid)],
    ['table1-accuracy', accuracyTable(grid)],
    ['table1-measured', prediction.sentence],
    ['table2-flops', flopsTable()],
    ['official-means', officialTable(results).table],
  ]);
  const charts = new Map([
    ['fig2-cost', cost.chart],
    ['table1-measured', prediction.chart],
  ]);
  for (const experiment of experiments) {
    const summaries = summarize(experiment, results);
    if (summaries.length === 0) continue;
    tables.set(experiment.name, resultTable(summaries));
    for (const [file, chart] of Object.entries(figures[experiment.name](summaries))) {
      charts.set(file, chart);
    }
  }
  for (const [file, chart] of charts) {
    if (hasAxis(chart)) await writeText(join(pagesFolder, `${file}.svg`), drawChart(chart));
  }
  for (const file of (await readdir(pagesFolder)).filter((name) => name.endsWith('.md'))) {
    const path = join(pagesFolder, file);
    await writeText(path, withTables(await readFile(path, 'utf8'), tables));
  }
}

/** True if there are two places along the axis: before that a table says all. */
export function hasAxis({series}: Chart): boolean {
  return new Set(series.flatMap(({points}) => points.map(({x}) => x))).size > 1;
}

/** A page whose tables, each between `<!-- table NAME -->` and `<!-- end -->`, are replaced by those of the same name. */
export function withTables(page: string, tables: ReadonlyMap<string, string>): string {
  return page.replace(/(<!-- table (\S+) -->\n)[\s\S]*?(<!-- end -->)/g, (old, begin, name, end) => {
    const table = tables.get(name);
    return table === undefined ? old : `${begin}\n${table}\n\n${end}`;
  });
}

function writeText(path: string, text: string): Promise<void> {
  return writeWhole(path, new TextEncoder().encode(text));
}
