import type * as tf from '@tensorflow/tfjs';
import {cifarResNet} from './cifarResNet.ts';
import type {ModelOptions} from './modelOptions.ts';

/** {@link cifarResNet} with 18 layers: 11,173,962 parameters with 10 classes. */
export function resnet18(options: ModelOptions = {}): tf.LayersModel {
  return cifarResNet([2, 2, 2, 2], options);
}
