import type {RunSettings} from '../settings.ts';
import {explorationOverInterval, levels, overInterval, series, TEST_ACCURACY} from './charts.ts';
import type {Chart} from './drawChart.ts';
import type {Summary} from './summary.ts';

/** Summaries by the name of their line or symbol. */
type Groups = Readonly<Record<string, readonly Summary[]>>;

/** SET and RigL over the interval, and what they explore. */
export function compareMethods(name: string, title: string, all: readonly Summary[]): Record<string, Chart> {
  const groups = {SET: of(all, 'set'), RigL: of(all, 'rigl')};
  return {
    [name]: overInterval(title, groups, of(all, 'static')),
    [`${name}-exploration`]: explorationOverInterval(title, groups),
  };
}

/** Accuracy over the epochs, R_s beside the points. */
export function overEpochs(title: string, groups: Groups): Chart {
  return over(title, 'epochs', groups, ({epochs}) => epochs);
}

/** Accuracy over the batch size, R_s beside the points. */
export function overBatch(title: string, groups: Groups): Chart {
  return over(title, 'batch size', groups, ({batchSize}) => batchSize);
}

/** Accuracy over the learning rate at which a training begins. */
export function overLearningRate(title: string, groups: Groups): Chart {
  return over(
    title,
    'learning rate at first',
    groups,
    ({learningRate}) => learningRate,
    () => undefined,
  );
}

/** Accuracy over a setting, on a logarithmic axis with a tick for each of its values. */
function over(
  title: string,
  label: string,
  groups: Groups,
  setting: (settings: RunSettings) => number,
  pointLabel = rateLabel,
): Chart {
  const ticks = [...new Set(everyone(groups).map(({settings}) => setting(settings)))].sort((a, b) => a - b);
  return {
    title,
    x: {label, type: 'log', ticks, tickFormat: String},
    y: TEST_ACCURACY,
    series: series(groups, ({settings}) => setting(settings), pointLabel),
  };
}

/** Training minus test accuracy over R_s, a line for each density. */
export function gap(title: string, all: readonly Summary[]): Chart {
  return gapOver(title, byDensity(all), {label: 'R_s, share of the connections ever active'}, (summary) => [
    summary.explorationRate.mean,
    summary.settings.updateInterval > 0 ? String(summary.settings.updateInterval) : summary.settings.method,
  ]);
}

/** Training minus test accuracy over the density, a line for each group. */
export function gapOverDensity(title: string, groups: Groups): Chart {
  return gapOver(title, groups, {label: 'density', type: 'log', tickFormat: String}, ({settings}) => [
    settings.density,
    undefined,
  ]);
}

function gapOver(
  title: string,
  groups: Groups,
  x: Chart['x'],
  place: (summary: Summary) => readonly [x: number, label: string | undefined],
): Chart {
  return {
    title: `${title}, accuracy on training images minus accuracy on test images`,
    x,
    y: {label: 'gap (points)', zero: true},
    series: series(
      groups,
      (summary) => place(summary)[0],
      (_, summary) => place(summary)[1],
      ({trainAccuracy, testAccuracy}) => ({mean: trainAccuracy.mean - testAccuracy.mean, deviation: 0}),
    ),
  };
}

/** First topologies as they are and with ITOP, the dense network as a level. */
export function compareStarts(title: string, all: readonly Summary[]): Chart {
  const names = {random: 'ERK', snip: 'SNIP', lottery: 'ticket'};
  const groups = {'as it is': of(all, 'static'), 'with ITOP': of(all, 'set')};
  const densities = new Set(everyone(groups).map(({settings}) => settings.density));
  const place = ({start, density}: RunSettings) => `${names[start]}${densities.size > 1 ? ` ${density}` : ''}`;
  return {...sideBySide(title, 'first topology', groups, place), levels: levels(of(all, 'dense'))};
}

/** Accuracy of what has a name and no number, in the order in which it comes, a symbol for each group. */
export function sideBySide(
  title: string,
  label: string,
  groups: Groups,
  place: (settings: RunSettings) => string,
): Chart {
  return {
    title,
    x: {label, type: 'point', domain: [...new Set(everyone(groups).map(({settings}) => place(settings)))]},
    y: TEST_ACCURACY,
    series: series(groups, ({settings}) => place(settings)).map((one) => ({...one, isLine: false})),
  };
}

/** A group for each density. */
export function byDensity(all: readonly Summary[]): Record<string, Summary[]> {
  return groupBy(all, ({density}) => (density === 1 ? 'dense' : `density ${density}`));
}

/** A group for each name that settings have. */
export function groupBy(all: readonly Summary[], nameOf: (settings: RunSettings) => string): Record<string, Summary[]> {
  const names = [...new Set(all.map(({settings}) => nameOf(settings)))];
  return Object.fromEntries(names.map((name) => [name, all.filter(({settings}) => nameOf(settings) === name)]));
}

/** The summaries of a method. */
export function of(all: readonly Summary[], method: RunSettings['method']): Summary[] {
  return all.filter(({settings}) => settings.method === method);
}

function everyone(groups: Groups): Summary[] {
  return Object.values(groups).flat();
}

function rateLabel({method}: RunSettings, {explorationRate}: Summary): string | undefined {
  return method === 'dense' ? undefined : `R_s ${explorationRate.mean.toFixed(2)}`;
}
