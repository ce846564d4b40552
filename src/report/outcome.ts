import {escapeHtml, percent} from './html.ts';
import {measureInfo, sortedNames} from './measures.ts';
import {initialDensity, isSparse, numberNames, type ShownRun} from './runSeries.ts';

/** A run by its last value of the metric that counts. */
interface Result {
  readonly run: ShownRun;
  readonly value: number;
}

/** What came out, in one sentence or two: the best run, and the best sparse one with what it took. Empty where nothing was measured. */
export function outcome(runs: readonly ShownRun[]): string {
  const [metric] = sortedNames(runs.flatMap(({epochs}) => numberNames(epochs.map(({metrics}) => metrics))));
  if (metric === undefined) return '';
  const {title, isShare} = measureInfo(metric);
  const results = runs.flatMap((run): Result[] => {
    const value = run.epochs.at(-1)?.metrics[metric];
    return typeof value === 'number' ? [{run, value}] : [];
  });
  // A share is a success, anything else that is measured first is a loss.
  const best = (of: readonly Result[]) =>
    of.reduce((most, each) => (isShare === each.value > most.value ? each : most), of[0]);
  const text = ({value}: Result) => (isShare ? `${(100 * value).toFixed(2)} %` : value.toPrecision(4));
  const first = best(results);
  if (!first) return '';
  const sparse = best(results.filter(({run}) => isSparse(run)));
  const what = `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  const sentences = [
    results.length > 1
      ? `${first.run.name} ends with the best ${what}, ${text(first)}${first === sparse ? `, ${cost(first.run)}` : ''}.`
      : `${first.run.name} ends with the ${what} ${text(first)}${first === sparse ? `, ${cost(first.run)}` : ''}.`,
    ...(sparse && sparse !== first
      ? [`The best sparse run is ${sparse.run.name} with ${text(sparse)}, ${cost(sparse.run)}.`]
      : []),
  ];
  return `<p class="outcome">${escapeHtml(sentences.join(' '))}</p>`;
}

/** Connections, operations and exploration of a sparse run. */
function cost(run: ShownRun): string {
  const {measures} = run.updates.at(-1) ?? {};
  const number = (value: unknown, otherwise: number) => percent(typeof value === 'number' ? value : otherwise);
  const flops = run.epochs.at(-1)?.flops;
  return (
    `with ${number(measures?.density, initialDensity(run))} of the connections` +
    `${flops ? ` and ${percent(flops.total / flops.dense)} of the operations of dense training` : ''}; ` +
    `${number(measures?.explorationRate, initialDensity(run))} of the network was explored`
  );
}
