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
  checkOptions('hardConcrete', options);
  const {gates = 'input', lambda = 0, weightDecay = 0, dropRate = 0.5, temperature = 2 / 3} = options;
  checkNumbers({gates, lambda, weightDecay, dropRate, temperature});
  const perGate = gates === 'input' ? perInput : perOutput;
  const gateOf = ({topology, weights, training, random}: ReparameterizationContext) => {
    const {logAlpha} = weights;
    const open = training
      ? tf.sigmoid(tf.div(tf.add(logit(logAlpha.size, random), logAlpha), temperature))
      : tf.sigmoid(logAlpha);
    const stretched = tf.add(tf.mul(open, HIGHEST - LOWEST), LOWEST);
    return perGate(tf.clipByValue(stretched, 0, 1) as tf.Tensor1D, topology);
  };
  return {
    name: 'hardConcrete',
    options: {gates, lambda, weightDecay, dropRate, temperature},
    weights: {logAlpha: {per: gates, initial: Math.log(1 - dropRate) - Math.log(dropRate)}},
    apply: (values, context) => tf.mul(values, gateOf(context)),
    penalty(values, {topology, weights}) {
      const shut = tf.sigmoid(tf.sub(temperature * Math.log(-LOWEST / HIGHEST), weights.logAlpha));
      const open = tf.sub(1, tf.clipByValue(shut, NEARLY, 1 - NEARLY)) as tf.Tensor1D;
      const cost = tf.add(lambda, tf.mul(weightDecay / 2, tf.square(values)));
      return tf.sum(tf.mul(perGate(open, topology), cost)) as tf.Scalar;
    },
  };
}
registerReparameterization('hardConcrete', hardConcrete);

/** log u − log(1 − u) of as many uniform numbers. */
function logit(length: number, random: Random): tf.Tensor1D {
  const draws = Float32Array.from({length}, () => {
    const u = NEARLY + (1 - 2 * NEARLY) * random();
    return Math.log(u) - Math.log(1 - u);
  });
  return tf.tensor1d(draws);
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
