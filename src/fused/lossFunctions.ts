import * as tf from '@tensorflow/tfjs';
import {NotCovered} from '../layers/kinds/notCovered.ts';
import {fieldsOf, type LossOrMetric, smallestModel} from './compiledModel.ts';
import {isReplayable} from './replay/replayable.ts';

/** The losses of tfjs-layers 4.22. */
const LOSSES = [
  ...['binaryCrossentropy', 'categoricalCrossentropy', 'categoricalHinge', 'cosineProximity', 'hinge'],
  ...['kullbackLeiblerDivergence', 'logcosh', 'meanAbsoluteError', 'meanAbsolutePercentageError', 'meanSquaredError'],
  ...['meanSquaredLogarithmicError', 'poisson', 'sparseCategoricalCrossentropy', 'squaredHinge'],
];

/** Its metrics that are no losses, too; what the first two are depends on the loss. */
const METRICS = ['accuracy', 'crossentropy', 'binaryAccuracy', 'categoricalAccuracy', 'precision'];

/** Functions that compute on the target and the output, and on nothing else. */
let functions: {readonly losses: ReadonlyMap<string, LossOrMetric>; readonly all: ReadonlySet<unknown>} | undefined;

/** The function of tfjs behind the name of a loss. */
export function stockLoss(name: string): LossOrMetric {
  return stockFunctions().losses.get(name)!;
}

/**
 * Why a loss of a model may see more than the target and the output: it is a function of the user's, and nobody said of it that
 * it is `replayable`.
 */
export function reasonAgainstLoss(model: tf.LayersModel): NotCovered | undefined {
  return reasonAgainst('loss', fieldsOf(model).lossFunctions);
}

/** As {@link reasonAgainstLoss}, of the metrics. */
export function reasonAgainstMetrics(model: tf.LayersModel): NotCovered | undefined {
  return reasonAgainst(
    'metric',
    fieldsOf(model).metricsTensors.map(([metric]) => metric),
  );
}

function reasonAgainst(kind: string, given: readonly LossOrMetric[]): NotCovered | undefined {
  const {all} = stockFunctions();
  return given.every((one) => all.has(one) || isReplayable(one))
    ? undefined
    : new NotCovered(`the ${kind} is a function of its own, of which nobody said that it is replayable`);
}

/** Taken from a compiled model: tfjs exports no others than `tf.losses` and `tf.metrics`, which are not the same functions. */
function stockFunctions() {
  functions ??= findFunctions();
  return functions;
}

function findFunctions() {
  const {compiled} = smallestModel();
  const losses = new Map<string, LossOrMetric>();
  const all = new Set<unknown>([...Object.values(tf.losses), ...Object.values(tf.metrics)]);
  for (const name of LOSSES) {
    const {lossFunctions, metricsTensors} = compiled(name, METRICS);
    losses.set(name, lossFunctions[0]);
    for (const one of [lossFunctions[0], ...metricsTensors.map(([metric]) => metric)]) all.add(one);
  }
  return {losses, all};
}
