/**
 * Prints the results of `npm run bench -- --json FILE` as Markdown.
 *
 *     npx tsx scripts/benchTable.ts docs/results/bench.json
 */
import {readFileSync} from 'node:fs';
import type {BenchResult} from '../bench/results.ts';
import {cell} from '../bench/table.ts';

const [path] = process.argv.slice(2);
const {results}: {results: BenchResult[]} = JSON.parse(readFileSync(path, 'utf8'));
const titles = new Set(results.map(({model, backend}) => `${model}, ${backend}`));

for (const title of titles) {
  const rows = results.filter(({model, backend}) => `${model}, ${backend}` === title);
  const labels = rows[0].timings.map(({label}) => label);
  console.log(`\n### ${title}\n`);
  console.log(`| | ${labels.join(' | ')} |`);
  console.log(`|---|${labels.map(() => '---:|').join('')}`);
  for (const {what, timings} of rows)
    console.log(`| ${what} | ${labels.map((label) => cell(label, timings)).join(' | ')} |`);
}
