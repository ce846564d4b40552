import type * as tf from '@tensorflow/tfjs';
import {checkKind} from '../../topology/checkKind.ts';

const known = new WeakSet<object>();

/**
 * Says of a custom loss or metric that it does the same at every step, so that steps with it can be replayed on `webgpu`.
 *
 * That is so if it only computes on its tensors: numbers and tensors from outside that it uses never change, it draws no random
 * numbers, reads nothing back, and keeps nothing. Without this such a model trains by single ops there, with the same losses.
 *
 * @typeParam LossOrMetric  the kind of the function
 * @returns the function itself
 *
 * @example
 * const smoothed = replayable((target, output) => tf.losses.softmaxCrossEntropy(target, output, undefined, 0.1));
 * model.compile({optimizer, loss: smoothed});
 */
export function replayable<LossOrMetric extends (target: tf.Tensor, output: tf.Tensor) => tf.Tensor>(
  lossOrMetric: LossOrMetric,
): LossOrMetric {
  checkKind(
    'replayable',
    'lossOrMetric',
    'a function',
    lossOrMetric,
    'Pass a loss of yours: (target, output) => tensor.',
  );
  known.add(lossOrMetric);
  return lossOrMetric;
}

/** True if that was said of a function. */
export function isReplayable(lossOrMetric: object): boolean {
  return known.has(lossOrMetric);
}
