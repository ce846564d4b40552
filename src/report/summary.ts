import {definitions, duration, escapeHtml, fourDigits, percent, table, whole, withPrefix} from './html.ts';
import {measureInfo, sortedNames} from './measures.ts';
import {density, explorationRate, isSparse, lastStep, numberNames, type ShownRun} from './runSeries.ts';

interface Column {
  readonly title: string;
  readonly explanation: string;
  cell(run: ShownRun): string;
}

const NONE = '–';

/** The numbers of all runs side by side, and what they mean. */
export function summary(runs: readonly ShownRun[]): string {
  const columns = [...metricColumns(runs), ...COLUMNS];
  const rows = runs.map((run) => [
    `${swatch(run)} ${escapeHtml(run.name)}`,
    ...columns.map(({cell}) => escapeHtml(cell(run))),
  ]);
  return `${table(['Run', ...columns.map(({title}) => escapeHtml(title))], rows)}
<details><summary>What the columns mean</summary>${definitions(columns.map(({title, explanation}) => [title, explanation]))}</details>`;
}

function swatch({color, dash}: ShownRun): string {
  const line = `<line x1="0" x2="34" y1="6" y2="6" stroke="${color}" stroke-dasharray="${dash}" />`;
  return `<svg width="34" height="12" aria-hidden="true">${line}</svg>`;
}

/** Every metric after the last epoch; its best value in brackets where that was another. */
function metricColumns(runs: readonly ShownRun[]): Column[] {
  const names = sortedNames(runs.flatMap(({epochs}) => numberNames(epochs.map(({metrics}) => metrics))));
  return names.map((name) => {
    const {short, isShare, better} = measureInfo(name);
    const isRising = better === 'higher';
    const text = (value: number) => (isShare ? `${(100 * value).toFixed(2)} %` : fourDigits(value));
    return {
      title: short,
      explanation: isRising ? 'after the last epoch; the highest before in brackets' : 'after the last epoch',
      cell: ({epochs}) => {
        const values = epochs.map(({metrics}) => metrics[name]).filter((value) => typeof value === 'number');
        const last = epochs.at(-1)?.metrics[name];
        if (typeof last !== 'number') return NONE;
        const best = values.reduce((most, value) => Math.max(most, value), last);
        return isRising && best > last ? `${text(last)} (${text(best)})` : text(last);
      },
    };
  });
}

/** Operations and their share of those with all connections; a dash where none are counted. */
function operations(sparse: number, dense: number): string {
  return dense === 0 ? NONE : `${withPrefix(sparse)} (${percent(sparse / dense)})`;
}

const COLUMNS: readonly Column[] = [
  {
    title: 'Rₛ',
    explanation: 'share of the connections of the sparse layers that were active at some time',
    cell: (run) => (isSparse(run) ? percent(explorationRate(run)) : NONE),
  },
  {
    title: 'Density',
    explanation: 'active share of the connections of the sparse layers, at the end',
    cell: (run) => percent(density(run)),
  },
  {
    title: 'Training FLOPs',
    explanation:
      'floating-point operations of the products of all steps, and their share of what the same steps cost with all connections; ' +
      'gradients at all positions included',
    cell: ({epochs}) => {
      const flops = epochs.at(-1)?.flops;
      return flops ? operations(flops.total, flops.dense) : NONE;
    },
  },
  {
    title: 'Forward FLOPs',
    explanation: 'operations to predict one sample, at the start, and their share of those with all connections',
    cell: ({start: {forward}}) => operations(forward.sparse, forward.dense),
  },
  {
    title: 'Size',
    explanation: 'bytes of the weights with the places of the active connections as compressed rows, at the start',
    cell: ({start: {bytes}}) => `${withPrefix(bytes.compressedRows)}B`.replace(/(\d)B$/, '$1 B'),
  },
  {title: 'Steps', explanation: 'optimizer steps', cell: (run) => whole(lastStep(run))},
  {
    title: 'Time',
    explanation: 'from the start to the last line of the log, pauses not counted',
    cell: ({epochs, updates}) => {
      const seconds = Math.max(epochs.at(-1)?.seconds ?? 0, updates.at(-1)?.seconds ?? 0);
      return seconds > 0 ? duration(seconds) : NONE;
    },
  },
];
