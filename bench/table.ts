import Table from 'cli-table3';
import {type BenchResult, gigabytes, gigaflops, shareOfCopy, shareOfPeak, speedup, type TimeResult} from './results.ts';

/** A table of the results: what it is about, the names of its columns, a row per case. */
export interface ResultTable {
  readonly title: string;
  readonly labels: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One table for each part of each model on each backend, in order. */
export function resultTables(results: readonly BenchResult[]): ResultTable[] {
  const titles = [...new Set(results.map(titleOf))];
  return titles.map((title) => {
    const own = results.filter((result) => titleOf(result) === title);
    const labels = [...new Set(own.flatMap((result) => entriesOf(result).map(({label}) => label)))];
    return {title, labels, rows: own.map((result) => [result.what, ...labels.map((label) => cell(label, result))])};
  });
}

/** A table for the screen. */
export function renderTable({title, labels, rows}: ResultTable): string {
  const table = new Table({
    head: [title, ...labels],
    colAligns: ['left', ...labels.map(() => 'right' as const)],
    style: {head: [], border: []},
    chars: {mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': ''},
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

function titleOf({model, backend, part}: BenchResult): string {
  return `${model}, ${backend}${part ? `, ${part}` : ''}`;
}

function entriesOf(result: BenchResult): readonly {readonly label: string}[] {
  return 'timings' in result ? result.timings : result.memory;
}

/** What is known of a contestant in this row; empty if it did not run. */
function cell(label: string, result: BenchResult): string {
  if ('timings' in result) return timeCell(label, result);
  const memory = result.memory.find((candidate) => candidate.label === label);
  return memory ? `${memory.megabytes.toFixed(0)} MB` : '';
}

/**
 * Best / median milliseconds, the median only if there are several; median of the CPU time where that is compared; how many times faster than dense; GFLOP/s and their share of the
 * SIMD peak; GB/s and their share of a copy's; WebGPU programs.
 */
function timeCell(label: string, {timings}: TimeResult): string {
  const timing = timings.find((candidate) => candidate.label === label);
  if (!timing) return '';
  const {min, median, cpu, repetitions, programs} = timing;
  const factor = speedup(timing, timings);
  const rate = gigaflops(timing);
  const share = shareOfPeak(timing, timings);
  const bandwidth = gigabytes(timing);
  const shareOfBandwidth = shareOfCopy(timing, timings);
  const parts = [
    repetitions > 1 ? `${threeDigits(min)} / ${threeDigits(median)}` : threeDigits(min),
    cpu === undefined ? '' : `CPU ${threeDigits(cpu)}`,
    factor === undefined ? '' : `${factor < 10 ? factor.toFixed(1) : factor.toFixed(0)} ×`,
    rate === undefined ? '' : `${rate.toFixed(rate < 1 ? 2 : rate < 10 ? 1 : 0)} G`,
    share === undefined ? '' : `${(100 * share).toFixed(0)} %`,
    bandwidth === undefined ? '' : `${threeDigits(bandwidth)} GB/s`,
    programs === undefined ? '' : `${programs} programs`,
    shareOfBandwidth === undefined ? '' : `${(100 * shareOfBandwidth).toFixed(0)} %`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
