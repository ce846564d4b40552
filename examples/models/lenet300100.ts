import type * as tf from '@tensorflow/tfjs';
import type {ModelOptions} from './modelOptions.ts';
import {multilayerPerceptron} from './multilayerPerceptron.ts';

/**
 * LeNet-300-100 for MNIST, 784-300-100-10: 266,610 parameters.
 *
 * @returns dense and uncompiled, `[batch, 784] -> [batch, classes]`
 */
export function lenet300100({inputShape = [784], classes = 10, ...options}: ModelOptions = {}): tf.Sequential {
  return multilayerPerceptron([300, 100], {inputShape, classes, ...options});
}
