import {cosineDecay, predictExploration, unexploredFirstGrowth} from 'itop';
import {paperInput} from '../paperNetwork.ts';
import type {RunResult} from '../results.ts';
import {type PaperNetwork, RECIPE, type RunSettings} from '../settings.ts';
import type {Chart} from './drawChart.ts';
import {markdownTable} from './markdownTable.ts';
import {type NetworkLayer, networkLayers} from './networkLayers.ts';
import {olderErdosRenyi, PUBLISHED_RATES} from './publishedRates.ts';
import type {Summary} from './summary.ts';

/** Table 1 of the paper, what is predicted behind what is published; Markdown. */
export function publishedTable(): string {
  const {density, dropFractions, intervals, rates, steps} = PUBLISHED_RATES;
  const layers = olderErdosRenyi(networkLayers('ResNet-18'), density);
  const predict = (dropFraction: number, updateInterval: number) =>
    predictExploration({
      layers,
      updateInterval,
      dropFraction: cosineDecay(dropFraction, steps),
      steps,
    }).rate;
  return markdownTable(
    gridHeader(intervals),
    dropFractions.map((fraction, i) => [
      String(fraction),
      ...intervals.map((interval, j) => withPrediction(rates[i][j], predict(fraction, interval))),
    ]),
  );
}

/** R_s of our own grid over P and ΔT, what is predicted behind what was measured; Markdown. */
export function ratesTable(summaries: readonly Summary[]): string {
  const predict = predictor();
  return grid(summaries, ({settings, explorationRate, steps}) =>
    withPrediction(explorationRate.mean, predict({settings, steps})),
  );
}

/** Test accuracy of our own grid over P and ΔT, in percent; Markdown. */
export function accuracyTable(summaries: readonly Summary[]): string {
  return grid(summaries, ({testAccuracy}) => `${(100 * testAccuracy.mean).toFixed(2)} %`);
}

function grid(summaries: readonly Summary[], cell: (summary: Summary) => string): string {
  const distinct = (of: (settings: RunSettings) => number) =>
    [...new Set(summaries.map(({settings}) => of(settings)))].sort((a, b) => b - a);
  const intervals = distinct(({updateInterval}) => updateInterval);
  const rows = distinct(({dropFraction}) => dropFraction).map((fraction) => [
    String(fraction),
    ...intervals.map((interval) => {
      const found = summaries.find(
        ({settings}) => settings.dropFraction === fraction && settings.updateInterval === interval,
      );
      return found ? cell(found) : '–';
    }),
  ]);
  return markdownTable(gridHeader(intervals), rows);
}

function gridHeader(intervals: readonly number[]): string[] {
  return ['P', ...intervals.map((interval) => `ΔT = ${interval}`)];
}

/** Measured over predicted R_s of all trainings whose exploration can be predicted, and the largest difference between them. */
export function predictionQuality(results: readonly RunResult[]): {chart: Chart; sentence: string} {
  const predict = predictor();
  const points = results
    .filter(({settings: {method, start}}) => start === 'random' && (method === 'set' || method === 'unexplored'))
    .map((result) => ({
      network: result.settings.network,
      predicted: predict(result),
      measured: result.explorationRate,
    }));
  const worst = Math.max(0, ...points.map(({predicted, measured}) => Math.abs(predicted - measured)));
  const networks = [...new Set(points.map(({network}) => network))].sort();
  return {
    chart: {
      title: 'R_s at the end of each training, measured and predicted',
      x: {label: 'predicted R_s'},
      y: {label: 'measured R_s'},
      series: networks.map((name) => ({
        name,
        isLine: false,
        points: points
          .filter(({network}) => network === name)
          .map(({predicted, measured}) => ({x: predicted, mean: measured, deviation: 0})),
      })),
    },
    sentence: `${points.length} trainings by SET, the largest difference between measured and predicted R_s is ${worst.toFixed(4)}.`,
  };
}

/** Predicts R_s of trainings by their settings, asking each network for its layers once. */
function predictor(): (run: Pick<RunResult, 'settings' | 'steps'>) => number {
  const layersOf = new Map<PaperNetwork, NetworkLayer[]>();
  return ({settings, steps}) => {
    const {network, method, density, epochs, exploreEpochs, updateInterval, dropFraction} = settings;
    if (!layersOf.has(network)) layersOf.set(network, networkLayers(network, paperInput(network)));
    const endStep = (exploreEpochs * steps) / epochs;
    return predictExploration({
      layers: layersOf.get(network)!,
      density,
      distribution: RECIPE.distribution,
      updateInterval,
      dropFraction: cosineDecay(dropFraction, endStep),
      endStep,
      steps,
      ...(method === 'unexplored' ? {grower: unexploredFirstGrowth()} : {}),
    }).rate;
  };
}

function withPrediction(rate: number, predicted: number): string {
  return `${rate.toFixed(3)} (${predicted.toFixed(3)})`;
}
