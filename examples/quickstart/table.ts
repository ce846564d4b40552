import Table from 'cli-table3';
import {COLUMNS} from './columns.ts';
import {METHOD_NAMES} from './methods.ts';
import type {MethodResult} from './results.ts';

/** The results as a table for the terminal. */
export function renderTable(methods: readonly MethodResult[]): string {
  const table = new Table({
    head: ['', ...COLUMNS.map(({title}) => title)],
    colAligns: ['left', ...COLUMNS.map(() => 'right' as const)],
    style: {head: [], border: []},
  });
  for (const result of methods) table.push([METHOD_NAMES[result.method], ...COLUMNS.map(({cell}) => cell(result))]);
  return table.toString();
}
