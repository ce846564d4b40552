/**
 * Prints the results of several quickstart runs as Markdown: mean and standard deviation over the seeds.
 *
 *     npx tsx scripts/quickstartTable.ts docs/results/quickstart-*.json
 */
import {readFileSync} from 'node:fs';
import {METHOD_NAMES, METHODS} from '../examples/quickstart/methods.ts';
import type {MethodResult, QuickstartResults} from '../examples/quickstart/results.ts';

const runs = process.argv.slice(2).map((path): QuickstartResults => JSON.parse(readFileSync(path, 'utf8')));
const densities = [...new Set(runs.map(({settings}) => settings.density))].sort((a, b) => b - a);

console.log('| density | method | test accuracy | R_s | parameters | training FLOPs | seeds |');
console.log('|---|---|---|---|---|---|---|');
for (const density of densities) {
  for (const method of METHODS) {
    const results = runs
      .filter(({settings}) => settings.density === density)
      .flatMap(({methods}) => methods.filter((result) => result.method === method));
    if (results.length > 0) console.log(row(density, results));
  }
}

function row(density: number, results: readonly MethodResult[]): string {
  const [{method, parameters, trainingFlopsShare}] = results;
  const rates = results.flatMap(({explorationRate}) => explorationRate ?? []);
  return `| ${[
    method === 'dense' ? '1' : density,
    METHOD_NAMES[method],
    `${spread(
      results.map(({testAccuracy}) => 100 * testAccuracy),
      2,
    )} %`,
    rates.length > 0 ? spread(rates, 3) : '–',
    parameters.toLocaleString('en'),
    `${(100 * trainingFlopsShare).toFixed(1)} %`,
    results.length,
  ].join(' | ')} |`;
}

/** Mean ± sample standard deviation. */
function spread(values: readonly number[], digits: number): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length > 1 ? ` ± ${Math.sqrt(squares / (values.length - 1)).toFixed(digits)}` : '';
  return mean.toFixed(digits) + deviation;
}
