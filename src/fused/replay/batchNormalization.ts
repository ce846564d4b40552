import * as tf from '@tensorflow/tfjs';
import {nextAverages, normalizationGradient, normalizationSums, normalize} from '../../kernels/webgpu/normalization.ts';
import {batchNormalization as kind} from '../../layers/kinds/batchNormalization.ts';
import {kindOf} from '../../layers/kinds/kindOf.ts';
import type {NormalizationLayer} from '../../layers/kinds/layerKind.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/** True if {@link batchNormalization} is right for a layer: one over the last axis, with gamma and beta. */
export function isNormalization(layer: tf.layers.Layer): layer is NormalizationLayer {
  if (kindOf(layer) !== kind) return false;
  const {axis, gamma, beta, inputSpec} = layer as NormalizationLayer;
  const [{ndim}] = inputSpec as {ndim: number}[];
  return gamma !== undefined && beta !== undefined && (axis === -1 || axis === ndim - 1);
}

/**
 * Batch normalisation in training, by seven programs: for the moments, the output and all gradients.
 *
 * @param isRelu  true if a relu is behind it
 */
export function batchNormalization(backend: ReplayBackend, layer: NormalizationLayer, isRelu: boolean) {
  const {epsilon, momentum, movingMean, movingVariance} = layer;
  return (x: tf.Tensor): tf.Tensor => {
    const sums = trackedTensor(normalizationSums(backend, x));
    const [means, variances] = [movingMean.read(), movingVariance.read()];
    const next = nextAverages(backend, {means, variances}, {x, sums}, 1 - momentum);
    movingMean.write(trackedTensor(next.means));
    movingVariance.write(trackedTensor(next.variances));
    const normalized = tf.customGrad((...args) => {
      const [x, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
      const value = trackedTensor(normalize(backend, {x, gamma, beta, epsilon, isRelu}, sums));
      save([x, gamma, sums, value]);
      const gradFunc = (dy: tf.Tensor, [x, gamma, sums, y]: tf.Tensor[]) => {
        const gradients = normalizationGradient(backend, {dy, y, x, gamma, epsilon, isRelu}, sums);
        return [gradients.dx, gradients.dGamma, gradients.dBeta].map(trackedTensor);
      };
      return {value, gradFunc};
    });
    return normalized(x, layer.gamma!.read(), layer.beta!.read());
  };
}
