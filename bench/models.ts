import * as tf from '@tensorflow/tfjs';
import {type SparsifyOptions, sparsify} from 'itop';
import {builders} from './builders.ts';
import type {BenchNetwork} from './shapes.ts';

/** The dense network, compiled with momentum. */
export function denseNetwork({name}: BenchNetwork): tf.LayersModel {
  return compiled(builders[name]());
}

/** The same network sparse, with this density in each layer unless told otherwise. */
export function sparseNetwork(
  dense: tf.LayersModel,
  density: number,
  distribution: SparsifyOptions['distribution'] = 'uniform',
): tf.LayersModel {
  return compiled(sparsify(dense, {density, distribution, seed: 1}));
}

/** A network with the optimizer and loss of all measurements. */
export function compiled(network: tf.LayersModel): tf.LayersModel {
  network.compile({optimizer: tf.train.momentum(0.01, 0.9), loss: 'categoricalCrossentropy'});
  return network;
}

/** Disposes a network and the slots of its optimizer, which tfjs leaves to whoever made the optimizer. */
export function disposeNetwork(network: tf.LayersModel): void {
  network.optimizer.dispose();
  network.dispose();
}

/** Inputs `x [count, ...]` and one-hot labels `y [count, classes]`. */
export interface Data {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

/** Random data for a network. */
export function randomData({inputs, outputs}: tf.LayersModel, count: number): Data {
  const classes = outputs[0].shape[1]!;
  const labels = Int32Array.from({length: count}, (_, i) => i % classes);
  return tf.tidy(() => ({
    x: tf.randomNormal([count, ...(inputs[0].shape.slice(1) as number[])], 0, 1, 'float32', 1),
    y: tf.oneHot(tf.tensor1d(labels, 'int32'), classes).cast('float32'),
  }));
}
