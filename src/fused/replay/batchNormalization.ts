import * as tf from '@tensorflow/tfjs';
import {
  movingAverage,
  normalizationGradient,
  normalizationSums,
  normalize,
} from '../../kernels/webgpu/normalization.ts';
import type {NormalizationLayer} from '../plan.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/** True if {@link batchNormalization} is right for a layer: over the last axis, with gamma and beta. */
export function isOverLastAxis({axis, gamma, beta, outputShape}: NormalizationLayer): boolean {
  const last = (outputShape as tf.Shape).length - 1;
  return gamma !== undefined && beta !== undefined && (axis === -1 || axis === last);
}

/** Batch normalisation in training, by ten programs instead of some fifty: for the moments, the output and all gradients. */
export function batchNormalization(backend: ReplayBackend, layer: NormalizationLayer) {
  const {epsilon, momentum, movingMean, movingVariance} = layer;
  return (x: tf.Tensor): tf.Tensor => {
    const sums = trackedTensor(normalizationSums(backend, x));
    for (const [moment, weight] of [
      ['mean', movingMean],
      ['variance', movingVariance],
    ] as const) {
      const operands = {average: weight.read(), x, sums};
      weight.write(trackedTensor(movingAverage(backend, moment, operands, 1 - momentum)));
    }
    const normalized = tf.customGrad((...args) => {
      const [x, gamma, beta] = args as tf.Tensor[];
      const save = args[3] as tf.GradSaveFunc;
      save([x, gamma, sums]);
      const value = trackedTensor(normalize(backend, {x, gamma, beta, epsilon}, sums));
      const gradFunc = (dy: tf.Tensor, [x, gamma, sums]: tf.Tensor[]) => {
        const {dx, gradients} = normalizationGradient(backend, dy, {x, gamma, epsilon}, sums);
        const [dBeta, dGamma] = tf.split(trackedTensor(gradients), 2);
        return [trackedTensor(dx), dGamma, dBeta];
      };
      return {value, gradFunc};
    });
    return normalized(x, layer.gamma!.read(), layer.beta!.read());
  };
}
