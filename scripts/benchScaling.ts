/**
 * Draws the results of `npm run bench -- --parts scaling --json FILE` into docs.
 *
 *     npx tsx scripts/benchScaling.ts docs/results/bench-scaling.json
 */
import {readFileSync, writeFileSync} from 'node:fs';
import type {BenchReport, TimeResult} from '../bench/results.ts';
import {type Chart, drawChart} from '../examples/paper/plots/drawChart.ts';

const [path] = process.argv.slice(2);
const {results}: BenchReport = JSON.parse(readFileSync(path, 'utf8'));
const rows = results as readonly TimeResult[];

const charts: Record<string, Chart> = {
  width: {
    title: 'Training step of 1024-n-n-10, batch 128, over n',
    x: {label: 'width n of the hidden layers', type: 'log'},
    y: {label: 'milliseconds', type: 'log'},
    series: series('width'),
  },
  batch: {
    title: 'Training step of the MLP at density 0.05, for each sample',
    x: {label: 'batch', type: 'log'},
    y: {label: 'milliseconds / sample', type: 'log'},
    series: series('batch', (milliseconds, batch) => milliseconds / batch),
  },
};
for (const [name, chart] of Object.entries(charts)) {
  writeFileSync(new URL(`../docs/scaling-${name}.svg`, import.meta.url), drawChart(chart));
}

/** A line for each contestant over the number in the names of these rows, by the best times. */
function series(name: string, value: (milliseconds: number, x: number) => number = (milliseconds) => milliseconds) {
  const own = rows.filter(({what}) => what.startsWith(`${name} `));
  const labels = [...new Set(own.flatMap(({timings}) => timings.map(({label}) => label)))];
  return labels.map((label) => ({
    name: label,
    points: own.flatMap(({what, timings}) => {
      const x = Number(what.slice(name.length));
      return timings
        .filter((timing) => timing.label === label)
        .map(({min}) => ({x, mean: value(min, x), deviation: 0}));
    }),
  }));
}
