import {escapeHtml, table} from './html.ts';
import type {ShownRun} from './runSeries.ts';

const MOST_KERNELS = 5;
const NONE = '–';

/** What each run was made with, one column per run; settings in which they differ come first and are bold. */
export function settingsTable(runs: readonly ShownRun[]): string {
  const columns = runs.map(({start}): Readonly<Record<string, unknown>> => {
    const kernels = start.layers.map(({shape}) => shape.join('×'));
    return {...start.settings, kernels: shortened(kernels), backend: start.backend};
  });
  const names = [...new Set(columns.flatMap((column) => Object.keys(column)))];
  const rows = names.map((name) => {
    const cells = columns.map((column) => (Object.hasOwn(column, name) ? shown(column[name]) : NONE));
    return {name, cells, differs: new Set(cells).size > 1};
  });
  const begun = {name: 'begun', cells: runs.map(({start}) => start.date), differs: false};
  const sorted = [...rows.filter(({differs}) => differs), ...rows.filter(({differs}) => !differs), begun];
  return table(
    ['', ...runs.map(({name}) => escapeHtml(name))],
    sorted.map(({name, cells, differs}) => [
      emphasised(name, differs),
      ...cells.map((cell) => emphasised(cell, differs)),
    ]),
    'settings',
  );
}

function emphasised(text: string, isBold: boolean): string {
  return isBold ? `<b>${escapeHtml(text)}</b>` : escapeHtml(text);
}

/** All of a few, the ends of many. */
function shortened(items: readonly string[]): string {
  if (items.length <= MOST_KERNELS) return items.join(', ');
  return `${items[0]}, ${items[1]}, … ${items[items.length - 1]} (${items.length})`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
