import {Code, sourceOf} from '../code.ts';
import type {Dice} from '../dice.ts';
import type {Node} from './graph.ts';

/**
 * Optimizers. Where one divides by the size of gradients, an epsilon far above roundings keeps it from making steps of those
 * gradients that are 0 but for roundings.
 */
const COMMON_OPTIMIZERS = [
  'tf.train.sgd(0.05)',
  'tf.train.momentum(0.02, 0.9)',
  'tf.train.adam(0.01, 0.9, 0.99, 1e-2)',
  'tf.train.rmsprop(0.01, 0.9, 0, 1e-2)',
  'tf.train.momentum(0.02, 0.5, true)',
  'tf.train.rmsprop(0.01, 0.9, 0.5, 1e-2)',
];
const OPTIMIZERS = [
  ...[...COMMON_OPTIMIZERS, ...COMMON_OPTIMIZERS, ...COMMON_OPTIMIZERS],
  'tf.train.adagrad(0.02, 0.1)',
  'tf.train.adadelta(0.1, 0.9, 1e-3)',
  'tf.train.adamax(0.01, 0.9, 0.99, 1e-2)',
  'tf.train.rmsprop(0.01, 0.9, 0.5, 0.02, true)',
  'new own.HalfSGD(0.05)',
  "'sgd'",
  'own.clipped(tf.train.sgd(0.05))',
  'own.clipped(tf.train.adam(0.01, 0.9, 0.99, 1e-2))',
  'own.halved(tf.train.momentum(0.02, 0.9))',
];

/** Kinds of targets for an output. */
export type TargetKind = 'numbers' | 'signs' | 'shares' | 'classes' | 'labels';

/** A loss as source, and what it takes as targets. */
interface Loss {
  readonly source: string;
  readonly targets: TargetKind;
}

const forAny = (sources: readonly string[], targets: TargetKind): Loss[] =>
  sources.map((source) => ({source, targets}));

const OWN_LOSS = '(target, output) => tf.losses.meanSquaredError(target, output)';

/** `model` stands for the name of the model. */
const ANY: readonly Loss[] = [
  ...forAny(["'meanSquaredError'", "'meanAbsoluteError'", "'meanSquaredError'", "'logcosh'"], 'numbers'),
  ...forAny(["'hinge'", "'squaredHinge'", "'categoricalHinge'"], 'signs'),
  ...forAny(['tf.losses.meanSquaredError', 'tf.losses.huberLoss', 'tf.losses.absoluteDifference'], 'numbers'),
  ...forAny(
    [
      OWN_LOSS,
      `itop.replayable(${OWN_LOSS})`,
      '(target, output) => target.sub(output).square().mean(-1)',
      '(target, output) => tf.losses.meanSquaredError(target, output).add(own.sumOfSquares(model).mul(0.01))',
      '(target, output) => (own.predictInside(model), tf.losses.meanSquaredError(target, output))',
      'own.failingLoss(3)',
      '(target, output) => (own.evaluateInside(m0), tf.losses.meanSquaredError(target, output))',
    ],
    'numbers',
  ),
  ...forAny(
    ['(target, output) => tf.losses.softmaxCrossEntropy(target, output)', 'tf.losses.sigmoidCrossEntropy'],
    'shares',
  ),
];

const SHARES: readonly Loss[] = [
  ...forAny(["'categoricalCrossentropy'", "'categoricalCrossentropy'", "'kullbackLeiblerDivergence'"], 'shares'),
  ...forAny(["'categoricalCrossentropy'", 'tf.metrics.categoricalCrossentropy'], 'classes'),
  ...forAny(["'sparseCategoricalCrossentropy'"], 'labels'),
  ...forAny(["'poisson'"], 'shares'),
];

const UNIT: readonly Loss[] = [
  ...forAny(["'binaryCrossentropy'", "'binaryCrossentropy'", "'poisson'"], 'classes'),
  ...forAny(["'binaryCrossentropy'", 'tf.losses.logLoss'], 'shares'),
];

const METRICS = [
  "'accuracy'",
  "'mse'",
  "'mae'",
  "'acc'",
  'tf.metrics.meanSquaredError',
  'tf.metrics.meanAbsoluteError',
  '(target, output) => output.mean(-1)',
  '(target, output) => (own.predictInside(model), output.square().mean())',
  '(target, output) => (own.predictInside(m0), output.square().mean())',
  'itop.replayable((target, output) => output.square().mean())',
];

/** How a model is compiled, as source, and which targets it takes. */
export interface Compilation {
  readonly source: string;
  readonly targets: readonly TargetKind[];
}

/** @param model  name of the model in the source */
export function compilationOf(
  model: string,
  outputs: readonly Pick<Node, 'shape' | 'range'>[],
  dice: Dice,
): Compilation {
  const optimizer = new Code(dice.of(OPTIMIZERS));
  const losses = outputs.map(({shape, range}) => {
    const list = range === 'shares' ? SHARES : range === 'unit' ? UNIT : ANY;
    const loss = dice.of(dice.once(4) ? ANY : list);
    // The labels of samples, not of places in them.
    return loss.targets === 'labels' && shape.length > 1 ? list[0] : loss;
  });
  const sources = losses.map(({source}) => new Code(source));
  const metrics = dice.once(2)
    ? [new Code(dice.of(METRICS)), ...(dice.once(3) ? [new Code(dice.of(METRICS))] : [])]
    : undefined;
  const options = {optimizer, loss: sources.length === 1 ? sources[0] : sources, metrics};
  return {
    source: `${model}.compile(${sourceOf(options).replaceAll(/\bmodel\b/g, model)})`,
    targets: losses.map(({targets}) => targets),
  };
}
