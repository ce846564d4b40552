import type * as tf from '@tensorflow/tfjs';
import type {ModelOptions} from './modelOptions.ts';
import {multilayerPerceptron} from './multilayerPerceptron.ts';

/**
 * The MLP for CIFAR-10 of the ITOP code, 3072-1024-512-10: 3,676,682 parameters.
 *
 * @returns dense and uncompiled, `[batch, 3072] -> [batch, classes]`
 */
export function mlpCifar10({inputShape = [3072], classes = 10, ...options}: ModelOptions = {}): tf.Sequential {
  return multilayerPerceptron([1024, 512], {inputShape, classes, ...options});
}
