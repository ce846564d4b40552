import * as tf from '@tensorflow/tfjs';
import {sparsify} from 'itop';

/** A fully connected network of the literature. */
export interface BenchModel {
  readonly name: string;
  /** Widths of the layers, the input first. */
  readonly widths: readonly number[];
  readonly batchSize: number;
}

/** What the benchmarks measure. */
export const MODELS: readonly BenchModel[] = [
  {name: 'LeNet-300-100', widths: [784, 300, 100, 10], batchSize: 100},
  {name: 'MLP-CIFAR10', widths: [3072, 1024, 512, 10], batchSize: 128},
];

/** The dense network, compiled with momentum. */
export function denseNetwork({widths}: BenchModel): tf.Sequential {
  const [inputs, ...units] = widths;
  const layers = units.map((width, i) =>
    tf.layers.dense({
      units: width,
      kernelInitializer: tf.initializers.heNormal({seed: i}),
      activation: i === units.length - 1 ? 'softmax' : 'relu',
      ...(i === 0 ? {inputShape: [inputs]} : {}),
    }),
  );
  return compiled(tf.sequential({layers}));
}

/** The same network with this density in each layer. */
export function sparseNetwork(dense: tf.Sequential, density: number): tf.Sequential {
  return compiled(sparsify(dense, {density, distribution: 'uniform', seed: 1}));
}

function compiled(network: tf.Sequential): tf.Sequential {
  network.compile({optimizer: tf.train.momentum(0.01, 0.9), loss: 'categoricalCrossentropy'});
  return network;
}

/** Random inputs and labels: `x [count, inputs]`, `y [count, classes]`. */
export function randomData({widths}: BenchModel, count: number): {x: tf.Tensor2D; y: tf.Tensor2D} {
  const classes = widths[widths.length - 1];
  const labels = Int32Array.from({length: count}, (_, i) => i % classes);
  return {
    x: tf.randomNormal([count, widths[0]], 0, 1, 'float32', 1),
    y: tf.oneHot(tf.tensor1d(labels, 'int32'), classes).cast('float32') as tf.Tensor2D,
  };
}
