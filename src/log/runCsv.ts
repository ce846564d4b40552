import {checkKind} from '../topology/checkKind.ts';
import type {Run} from './parseRunLog.ts';
import type {Measures} from './runLines.ts';

/**
 * A run as a table of comma-separated values, one row per epoch and per update in the order of the steps, for spreadsheets and other
 * programs (RFC 4180). Columns of layers are called `layer:measure`; what a row does not have is empty. Lists of numbers
 * are left out.
 */
export function runCsv(run: Run): string {
  checkKind('runCsv', 'run', 'an object', run, 'Pass what parseRunLog returned.');
  const {updates, epochs} = run;
  checkKind('runCsv', 'run.updates', 'a list', updates, 'Pass what parseRunLog returned.');
  checkKind('runCsv', 'run.epochs', 'a list', epochs, 'Pass what parseRunLog returned.');
  const rows = [
    ...updates.map(({type, step, seconds, measures, layers}) => ({
      type,
      step,
      seconds,
      ...measures,
      ...byLayer(layers),
    })),
    ...epochs.map(({type, step, seconds, epoch, metrics, measures, flops, layers}) => {
      const operations = Object.fromEntries(Object.entries(flops).map(([name, value]) => [`flops:${name}`, value]));
      return {type, step, seconds, epoch, ...metrics, ...measures, ...operations, ...byLayer(layers)};
    }),
  ].sort((a, b) => a.step - b.step) as Readonly<Record<string, unknown>>[];
  const isCell = (value: unknown) => !Array.isArray(value);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => isCell(row[key]))))];
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => `${cells.map(csvCell).join(',')}\n`)
    .join('');
}

function byLayer(layers: Readonly<Record<string, Measures>>): Measures {
  return Object.fromEntries(
    Object.entries(layers).flatMap(([layer, measures]) =>
      Object.entries(measures).map(([name, value]) => [`${layer}:${name}`, value]),
    ),
  );
}

function csvCell(value: unknown): string {
  const text = value === undefined || value === null || Array.isArray(value) ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
