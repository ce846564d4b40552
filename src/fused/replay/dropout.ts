import * as tf from '@tensorflow/tfjs';
import {dropoutMask} from '../../kernels/webgpu/dropoutMask.ts';
import type {DropoutLayer} from '../../layers/kinds/dropout.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/**
 * Dropout in training. Its mask is drawn on the device: tfjs draws it on the host, and a replay would have the same one again.
 *
 * @param step   float32 `[]` in [0, 1), another one for each step
 * @param place  of the layer in its model, which tells its masks from others'
 */
export function dropout(backend: ReplayBackend, {rate}: DropoutLayer, step: tf.Tensor, place: number) {
  let calls = 0;
  return (x: tf.Tensor): tf.Tensor => {
    // A rate of 1 is none to tfjs, either.
    if (!(rate > 0 && rate < 1)) return x;
    // Where a layer is shared, each use has a mask of its own.
    const own = place + 0x9e3779b1 * calls++;
    return tf.mul(x, trackedTensor(dropoutMask(backend, step, {shape: x.shape, rate, seed: own})));
  };
}
