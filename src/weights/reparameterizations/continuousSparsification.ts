import * as tf from '@tensorflow/tfjs';
import {checkKind, checkNames} from '../../topology/checkKind.ts';
import type {Reparameterization, ReparameterizationContext} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';
import {masked} from './masked.ts';
import {oncePerStep} from './oncePerStep.ts';

/** Options of {@link continuousSparsification}. */
export interface ContinuousSparsificationOptions {
  /** Training steps in which β rises from 1 to `finalBeta`, an integer of at least 1: as many as are trained. */
  readonly steps: number;
  /** λ of the penalty λ · Σ sigmoid(β · s), at least 0. @defaultValue 1e-8 */
  readonly lambda?: number;
  /** β at the end, at least 1. @defaultValue 200 */
  readonly finalBeta?: number;
  /** s at the start: below 0 gives sparser layers, above 0 denser ones. @defaultValue 0 */
  readonly initial?: number;
}

/**
 * Continuous sparsification: a layer computes with w · sigmoid(β · s), and learns an s for each connection beside w; β rises exponentially
 * from step to step, until the factors are nearly 0 or 1. After training connections with s at most 0 count as 0.
 *
 * The steps are counted in a weight of the layer that nobody trains, so that β is saved and resumed with the model.
 *
 * @throws RangeError if a number is out of range
 * @see Savarese, Silva & Maire 2020, "Winning the Lottery with Continuous Sparsification", §3, https://arxiv.org/abs/1912.04427
 */
export function continuousSparsification(options: ContinuousSparsificationOptions): Reparameterization {
  const where = 'continuousSparsification';
  checkKind(where, 'options', 'an object', options, 'Write continuousSparsification({steps: 6000}).');
  checkNames<ContinuousSparsificationOptions>(where, options, {steps: 1, lambda: 1, finalBeta: 1, initial: 1});
  const {steps, lambda = 1e-8, finalBeta = 200, initial = 0} = options;
  if (!(Number.isSafeInteger(steps) && steps >= 1)) {
    throw new RangeError(
      `${where}: steps must be an integer of at least 1, received ${steps}. Give the number of training steps.`,
    );
  }
  const areFinite = [lambda, finalBeta, initial].every(Number.isFinite);
  if (!(areFinite && lambda >= 0 && finalBeta >= 1)) {
    throw new RangeError(
      `${where}: lambda, finalBeta and initial must be finite, the first at least 0 and the second at least 1, received ${lambda}, ` +
        `${finalBeta} and ${initial}. Leave them out for their usual values.`,
    );
  }
  const gates = ({weights: {score, step}}: ReparameterizationContext) => {
    // The step that is under way is counted.
    const made = tf.relu(tf.sub(step, 1));
    const beta = tf.exp(tf.mul(Math.log(finalBeta), tf.minimum(tf.div(made, steps), 1)));
    return tf.sigmoid(tf.mul(beta, score));
  };
  return {
    name: where,
    options: {steps, lambda, finalBeta, initial},
    weights: {
      score: {per: 'connection', initial},
      step: {per: 'layer', initial: 0, trained: false},
    },
    apply(values, context) {
      const {step, score} = context.weights;
      if (!context.training) return masked(values, () => tf.greater(score, 0).toFloat());
      oncePerStep(values, step, () => step.assign(tf.add(step, 1)));
      return tf.mul(values, gates(context)) as tf.Tensor1D;
    },
    penalty: (_, context) => tf.mul(lambda, tf.sum(gates(context))) as tf.Scalar,
  };
}
registerReparameterization('continuousSparsification', continuousSparsification);
