import {escapeHtml, fourDigits, percent} from './html.ts';
import {measureInfo, sortedNames} from './measures.ts';
import {density, explorationRate, isSparse, numberNames, type ShownRun} from './runSeries.ts';

/** A run by its last value of the metric that counts. */
interface Result {
  readonly run: ShownRun;
  readonly value: number;
}

/**
 * What came out, in one sentence or two: the best run, and the best sparse one with what it took. Empty where nothing was measured of
 * which it is known what is good.
 */
export function outcome(runs: readonly ShownRun[]): string {
  const names = sortedNames(runs.flatMap(({epochs}) => numberNames(epochs.map(({metrics}) => metrics))));
  const metric = names.find((name) => measureInfo(name).better);
  if (metric === undefined) return '';
  const {title, isShare, better} = measureInfo(metric);
  const results = runs.flatMap((run): Result[] => {
    const value = run.epochs.at(-1)?.metrics[metric];
    return typeof value === 'number' ? [{run, value}] : [];
  });
  const isBetter = (one: Result, other: Result) =>
    better === 'higher' ? one.value > other.value : one.value < other.value;
  const best = (of: readonly Result[]) => of.reduce((most, each) => (isBetter(each, most) ? each : most), of[0]);
  const text = ({value}: Result) => (isShare ? `${(100 * value).toFixed(2)} %` : fourDigits(value));
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
  const flops = run.epochs.at(-1)?.flops;
  const operations =
    flops && flops.dense > 0 ? ` and ${percent(flops.total / flops.dense)} of the operations of dense training` : '';
  return (
    `with ${percent(density(run))} of the connections${operations}; ` +
    `${percent(explorationRate(run))} of the network was explored`
  );
}
