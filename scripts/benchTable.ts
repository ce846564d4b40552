/**
 * Prints the results of `npm run bench -- --json FILE` as Markdown.
 *
 *     npx tsx scripts/benchTable.ts docs/results/bench.json
 */
import {readFileSync} from 'node:fs';
import type {BenchReport} from '../bench/results.ts';
import {resultTables} from '../bench/table.ts';

const [path] = process.argv.slice(2);
const {results}: BenchReport = JSON.parse(readFileSync(path, 'utf8'));

for (const {title, labels, rows} of resultTables(results)) {
  console.log(`\n### ${title}\n`);
  console.log(`| | ${labels.join(' | ')} |`);
  console.log(`|---|${labels.map(() => '---:|').join('')}`);
  for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);
}
