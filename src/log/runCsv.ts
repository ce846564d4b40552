import {checkKind} from '../topology/checkKind.ts';
import type {Run} from './parseRunLog.ts';
import type {Measures} from './runLines.ts';

/** Columns that every row has. */
const OWN: ReadonlySet<string> = new Set(['type', 'step', 'seconds', 'epoch']);

/**
 * A run as a table of comma-separated values, one row per epoch and per update in the order of the steps, for spreadsheets and other
 * programs (RFC 4180). Columns of layers are called `layer:measure`; a metric or measure by the name of another column, or with a colon
 * in its name, is called `metric:name` or `measure:name`. What a row does not have is empty. Lists of numbers are left out. Of a run
 * without updates and epochs there is the line of columns alone.
 */
export function runCsv(run: Run): string {
  checkKind('runCsv', 'run', 'an object', run, 'Pass what parseRunLog returned.');
  const {updates, epochs} = run;
  checkKind('runCsv', 'run.updates', 'a list', updates, 'Pass what parseRunLog returned.');
  checkKind('runCsv', 'run.epochs', 'a list', epochs, 'Pass what parseRunLog returned.');
  const metricNames = new Set(epochs.flatMap(({metrics}) => Object.keys(metrics)));
  const isOwn = (name: string) => OWN.has(name) || name.includes(':');
  const ofMetric = (name: string) => (isOwn(name) ? `metric:${name}` : name);
  const ofMeasure = (name: string) => (isOwn(name) || metricNames.has(name) ? `measure:${name}` : name);
  const rows = [
    ...updates.map(({type, step, seconds, measures, layers}) => ({
      type,
      step,
      seconds,
      ...renamed(measures, ofMeasure),
      ...byLayer(layers),
    })),
    ...epochs.map(({type, step, seconds, epoch, metrics, measures, flops, layers}) => ({
      type,
      step,
      seconds,
      epoch,
      ...renamed(metrics, ofMetric),
      ...renamed(measures, ofMeasure),
      ...renamed(flops, (name) => `flops:${name}`),
      ...byLayer(layers),
    })),
  ].sort((a, b) => a.step - b.step) as Readonly<Record<string, unknown>>[];
  const isCell = (value: unknown) => !Array.isArray(value);
  const cells = rows.flatMap((row) => Object.keys(row).filter((key) => isCell(row[key])));
  // Also of a run that has no rows yet.
  const columns = [...new Set(['type', 'step', 'seconds', ...cells])];
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => `${cells.map(csvCell).join(',')}\n`)
    .join('');
}

function renamed(record: object, columnOf: (name: string) => string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [columnOf(name), value]));
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
