import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeWhole} from '../../quickstart/download.ts';
import {experiments} from '../experiments/index.ts';
import {readResults} from '../runQueue.ts';
import {drawChart} from './drawChart.ts';
import {figures} from './figures.ts';
import {flopsTable} from './flopsTable.ts';
import {resultTable} from './resultTable.ts';
import {summarize} from './summary.ts';

/** Draws the charts of all experiments that have results, and renews the tables in the pages. */
export async function writePages(resultsFolder: string, pagesFolder: string): Promise<void> {
  const tables = new Map([['table2-flops', flopsTable()]]);
  const results = await readResults(resultsFolder);
  for (const experiment of experiments) {
    const summaries = summarize(experiment, results);
    if (summaries.length === 0) continue;
    tables.set(experiment.name, resultTable(summaries));
    for (const [file, chart] of Object.entries(figures[experiment.name](summaries))) {
      await writeText(join(pagesFolder, `${file}.svg`), drawChart(chart));
    }
  }
  for (const file of (await readdir(pagesFolder)).filter((name) => name.endsWith('.md'))) {
    const path = join(pagesFolder, file);
    await writeText(path, withTables(await readFile(path, 'utf8'), tables));
  }
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
