import * as tf from '@tensorflow/tfjs';
import {softmaxGradient} from '../../kernels/webgpu/softmaxGradient.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/** Has every softmax get its gradient by one program. @returns gives tfjs its own gradient back */
export function replaceSoftmaxGradient(backend: ReplayBackend): () => void {
  const stock = tf.getGradient(tf.Softmax);
  const register = (config: tf.GradConfig) => {
    tf.unregisterGradient(tf.Softmax);
    tf.registerGradient(config);
  };
  register({
    ...stock,
    // Over the last axis: tfjs has no other softmax.
    gradFunc: (dy, [y]) => ({logits: () => trackedTensor(softmaxGradient(backend, {dy: dy as tf.Tensor, y}))}),
  });
  return () => register(stock);
}
