import * as tf from '@tensorflow/tfjs';
import {crossEntropy, crossEntropyGradient} from '../../kernels/webgpu/crossEntropy.ts';
import {EPSILON} from '../lossLoops.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/** The loss of that name, by two programs: for the losses of the samples and the gradient. */
export function categoricalCrossentropy(backend: ReplayBackend) {
  return (target: tf.Tensor, output: tf.Tensor): tf.Tensor => {
    const labels = tf.cast(target, 'float32');
    const loss = tf.customGrad((...args) => {
      const [output, save] = args as [tf.Tensor, tf.GradSaveFunc];
      save([labels, output]);
      const value = trackedTensor(crossEntropy(backend, {labels, output, epsilon: EPSILON}));
      const gradFunc = (dy: tf.Tensor, [labels, output]: tf.Tensor[]) =>
        trackedTensor(crossEntropyGradient(backend, dy, {labels, output, epsilon: EPSILON}));
      return {value, gradFunc};
    });
    return loss(output);
  };
}
