import * as tf from '@tensorflow/tfjs';
import {crossEntropy, crossEntropyGradient} from '../../kernels/webgpu/crossEntropy.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/** The loss of that name, by two programs instead of twenty: for the losses of the samples and the gradient. */
export function categoricalCrossentropy(backend: ReplayBackend) {
  return (target: tf.Tensor, output: tf.Tensor): tf.Tensor => {
    const labels = tf.cast(target, 'float32');
    const loss = tf.customGrad((...args) => {
      const [output, save] = args as [tf.Tensor, tf.GradSaveFunc];
      save([labels, output]);
      const value = trackedTensor(crossEntropy(backend, {labels, output}));
      const gradFunc = (dy: tf.Tensor, [labels, output]: tf.Tensor[]) =>
        trackedTensor(crossEntropyGradient(backend, dy, {labels, output}));
      return {value, gradFunc};
    });
    return loss(output);
  };
}
