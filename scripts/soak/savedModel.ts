import * as tf from '@tensorflow/tfjs';
import {maskedDense, sparseWeights} from 'itop';

/** A model whose weights are a function of a number, so that each file can be compared with what was saved. */
export function numberedModel(): tf.Sequential {
  const model = tf.sequential({
    layers: [
      maskedDense({name: 'hidden', units: 1024, density: 0.5, seed: 1, inputShape: [512]}),
      maskedDense({name: 'output', units: 10, density: 0.5, seed: 2}),
    ],
  });
  model.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
  return model;
}

/** Gives the connections the values n, n + 1, n + 2, … */
export function setNumber(model: tf.LayersModel, n: number): void {
  for (const {weight} of sparseWeights(model)) {
    tf.tidy(() => weight.variable.assign(tf.range(n, n + weight.topology.nnz)));
  }
}

/** True if the weights are those of {@link setNumber}. */
export function hasNumber(model: tf.LayersModel, n: number): boolean {
  return sparseWeights(model).every(({weight}) =>
    weight.variable.dataSync().every((value, slot) => value === n + slot),
  );
}
