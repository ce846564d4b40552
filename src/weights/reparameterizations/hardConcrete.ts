import * as tf from '@tensorflow/tfjs';
import {checkOptions} from '../../topology/checkKind.ts';
import type {Random} from '../../topology/random.ts';
import {perInput, perOutput, type Reparameterization, type ReparameterizationContext} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';

/** Options of {@link hardConcrete}. */
export interface HardConcreteOptions {
  /** What a gate opens: all connections of an input, as for dense layers, or of an output, as for convolutions. @defaultValue 'input' */
  readonly gates?: 'input' | 'output';
  /** λ: the loss of an open connection, at least 0; the authors divide theirs by the number of samples. @defaultValue 0 */
  readonly lambda?: number;
  /** Of ½ · w² of an open connection, at least 0. @defaultValue 0 */
  readonly weightDecay?: number;
  /** Share of the gates that are closed at the start, in (0, 1). @defaultValue 0.5 */
  readonly dropRate?: number;
  /** β, above 0. @defaultValue 2/3 */
  readonly temperature?: number;
  /** Whether each sample of a batch has draws of its own; for dense layers, or gates of outputs. @defaultValue false: one draw for the batch */
  readonly perSample?: boolean;
}

/** γ and ζ: gates are stretched to this interval, and cut off at 0 and 1. */
const LOWEST = -0.1;
const HIGHEST = 1.1;
const NEARLY = 1e-6;

/**
 * L0 regularization: inputs or outputs of a layer have gates, which are drawn from the hard concrete distribution in training and closed,
 * or nearly open, after it; how probable it is that a gate opens is learned, and costs.
 *
 * @throws RangeError if a number is out of range
 * @throws TypeError if `gates` is something else
 * @see Louizos, Welling & Kingma 2018, "Learning Sparse Neural Networks through L0 Regularization", §2, https://arxiv.org/abs/1712.01312
 */
export function hardConcrete(options: HardConcreteOptions = {}): Reparameterization {
  checkOptions<HardConcreteOptions>('hardConcrete', options, {
    gates: 1,
    lambda: 1,
    weightDecay: 1,
    dropRate: 1,
    temperature: 1,
    perSample: 1,
  });
  const {
    gates = 'input',
    lambda = 0,
    weightDecay = 0,
    dropRate = 0.5,
    temperature = 2 / 3,
    perSample = false,
  } = options;
  checkNumbers({gates, lambda, weightDecay, dropRate, temperature, perSample});
  const perGate = gates === 'input' ? perInput : perOutput;
  const gatesOf = (openness: tf.Tensor) =>
    tf.clipByValue(tf.add(tf.mul(tf.sigmoid(openness), HIGHEST - LOWEST), LOWEST), 0, 1);
  const drawn = (shape: number[], {weights: {logAlpha}, random}: ReparameterizationContext) =>
    gatesOf(tf.div(tf.add(logit(shape, random), logAlpha), temperature));
  const multiplyPerSample: Reparameterization['multiply'] = function (
    this: Reparameterization,
    x,
    values,
    context,
    product,
  ) {
    if (!context.training) return product(x, this.apply(values, context));
    // Samples first, gates last, and one place of an image for all.
    const ofSamples = (rank: number) =>
      drawn([x.shape[0], ...new Array(rank - 2).fill(1), context.weights.logAlpha.size], context);
    if (gates === 'input') return product(tf.mul(x, ofSamples(2)), values);
    return tf.mul(product(x, values), ofSamples(x.rank));
  };
  return {
    name: 'hardConcrete',
    options: {gates, lambda, weightDecay, dropRate, temperature, perSample},
    weights: {logAlpha: {per: gates, initial: Math.log(1 - dropRate) - Math.log(dropRate)}},
    check({shape}) {
      if (!perSample || gates === 'output' || shape.length === 2) return;
      throw new Error(
        `hardConcrete: perSample must be left out for the inputs of a convolution, received a kernel [${shape}]. ` +
          "Write gates: 'output', or draw for the whole batch.",
      );
    },
    apply(values, context) {
      const {topology, weights, training} = context;
      const ofAll = training ? drawn([weights.logAlpha.size], context) : gatesOf(weights.logAlpha);
      return tf.mul(values, perGate(ofAll as tf.Tensor1D, topology));
    },
    ...(perSample && {multiply: multiplyPerSample}),
    penalty(values, {topology, weights}) {
      const shut = tf.sigmoid(tf.sub(temperature * Math.log(-LOWEST / HIGHEST), weights.logAlpha));
      const open = tf.sub(1, tf.clipByValue(shut, NEARLY, 1 - NEARLY)) as tf.Tensor1D;
      const cost = tf.add(lambda, tf.mul(weightDecay / 2, tf.square(values)));
      return tf.sum(tf.mul(perGate(open, topology), cost)) as tf.Scalar;
    },
  };
}
registerReparameterization('hardConcrete', hardConcrete);

/** log u − log(1 − u) of uniform numbers. */
function logit(shape: number[], random: Random): tf.Tensor {
  const draws = Float32Array.from({length: tf.util.sizeFromShape(shape)}, () => {
    const u = NEARLY + (1 - 2 * NEARLY) * random();
    return Math.log(u) - Math.log(1 - u);
  });
  return tf.tensor(draws, shape);
}

function checkNumbers({gates, lambda, weightDecay, dropRate, temperature}: Required<HardConcreteOptions>): void {
  if (gates !== 'input' && gates !== 'output') {
    throw new TypeError(
      `hardConcrete: gates must be 'input' or 'output', received ${gates}. Leave it out for 'input'.`,
    );
  }
  const rules: readonly [name: string, value: number, isSound: boolean, rule: string][] = [
    ['lambda', lambda, lambda >= 0, 'at least 0'],
    ['weightDecay', weightDecay, weightDecay >= 0, 'at least 0'],
    ['dropRate', dropRate, dropRate > 0 && dropRate < 1, 'in (0, 1)'],
    ['temperature', temperature, temperature > 0, 'above 0'],
  ];
  for (const [name, value, isSound, rule] of rules) {
    if (isSound && Number.isFinite(value)) continue;
    throw new RangeError(
      `hardConcrete: ${name} must be finite and ${rule}, received ${value}. Leave it out for its usual value.`,
    );
  }
}
