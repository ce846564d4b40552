import Table from 'cli-table3';
import {type BenchResult, speedup} from './results.ts';

/** One model on one backend: a row per case, a column per density; best / median milliseconds, and times faster. */
export function renderTable(results: readonly BenchResult[], densities: readonly number[]): string {
  const labels = ['dense', ...densities.map(String)];
  const table = new Table({
    head: [`${results[0].model}, ${results[0].backend}`, ...labels],
    colAligns: ['left', ...labels.map(() => 'right' as const)],
    style: {head: [], border: []},
    chars: {mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': ''},
  });
  for (const {what, timings} of results) table.push([what, ...labels.map((label) => cell(label, timings))]);
  return table.toString();
}

/** Best / median milliseconds of a contestant, and how many times faster than dense; empty if it did not run. */
export function cell(label: string, timings: BenchResult['timings']): string {
  const timing = timings.find((candidate) => candidate.label === label);
  if (!timing) return '';
  const factor = speedup(timing, timings);
  const times = `${milliseconds(timing.min)} / ${milliseconds(timing.median)}`;
  return factor === undefined ? times : `${times}  ${factor < 10 ? factor.toFixed(1) : factor.toFixed(0)} ×`;
}

function milliseconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
