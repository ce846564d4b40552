import type * as tf from '@tensorflow/tfjs';
import {cifarResNet} from './cifarResNet.ts';
import type {ModelOptions} from './modelOptions.ts';

/** {@link cifarResNet} with 34 layers: 21,282,122 parameters with 10 classes, 21,328,292 with the 100 of CIFAR-100. */
export function resnet34(options: ModelOptions = {}): tf.LayersModel {
  return cifarResNet([3, 4, 6, 3], options);
}
