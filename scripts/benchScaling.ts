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
    x: {label: 'width n of the hidden layers', ...axis('width')},
    y: {label: 'milliseconds', type: 'log', tickFormat: String},
    series: series('width'),
  },
  batch: {
    title: 'Training step of the MLP at density 0.05, for each sample',
    x: {label: 'batch', ...axis('batch')},
    y: {label: 'milliseconds / sample', type: 'log', tickFormat: String},
    series: series('batch', (milliseconds, batch) => milliseconds / batch),
  },
  threads: {
    title: 'Training step at density 0.05 over threads',
    x: {label: 'threads', ...axis('threads')},
    y: {label: 'milliseconds', type: 'log', tickFormat: String},
    series: series('threads'),
  },
};
for (const [name, chart] of Object.entries(charts)) {
  writeFileSync(new URL(`../docs/scaling-${name}.svg`, import.meta.url), drawChart(chart));
}

/** With a tick for each number in the names of these rows. */
function axis(name: string) {
  return {type: 'log', ticks: rowsOf(name).map(({x}) => x), tickFormat: String} as const;
}

/** A line for each contestant over the number in the names of these rows, by the best times. */
function series(name: string, value: (milliseconds: number, x: number) => number = (milliseconds) => milliseconds) {
  const own = rowsOf(name);
  const labels = [...new Set(own.flatMap(({timings}) => timings.map(({label}) => label)))];
  return labels.map((label) => ({
    name: label,
    points: own.flatMap(({x, timings}) =>
      timings.filter((timing) => timing.label === label).map(({min}) => ({x, mean: value(min, x), deviation: 0})),
    ),
  }));
}

function rowsOf(name: string) {
  return rows
    .filter(({what}) => what.startsWith(`${name} `))
    .map(({what, timings}) => ({x: Number(what.slice(name.length)), timings}));
}
