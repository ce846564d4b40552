import * as tf from '@tensorflow/tfjs';
import type {ModelOptions} from './modelOptions.ts';
import {seededLayers} from './seededLayers.ts';

/** Hidden layers of these widths with ReLU, and a softmax. */
export function multilayerPerceptron(
  hidden: readonly number[],
  options: ModelOptions & Required<Pick<ModelOptions, 'inputShape' | 'classes'>>,
): tf.Sequential {
  const {dense} = seededLayers(options);
  const {inputShape, classes} = options;
  const layers = [
    ...hidden.map((units, i) => dense({units, activation: 'relu', ...(i === 0 ? {inputShape} : {})})),
    dense({units: classes, activation: 'softmax'}),
  ];
  return tf.sequential({layers});
}
