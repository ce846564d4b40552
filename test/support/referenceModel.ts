import * as tf from '@tensorflow/tfjs';
import {fromTorch} from './reference.ts';

/** An operation of a model in the reference results. */
export interface ReferenceOp {
  readonly op: 'linear' | 'conv2d' | 'batchnorm2d' | 'relu' | 'flatten' | 'log_softmax';
  readonly name?: string;
  readonly weight_shape?: number[];
  readonly weight?: number[];
  readonly bias?: number[] | null;
  readonly padding?: number;
  readonly stride?: number;
  readonly running_mean?: number[];
  readonly running_var?: number[];
  readonly eps?: number;
}

/** A dense model as in the reference results, without softmax: its outputs are logits. */
export function referenceModel(inputShape: readonly number[], ops: readonly ReferenceOp[]): tf.Sequential {
  const [channels, ...image] = inputShape;
  const model = tf.sequential();
  const isImage = image.length === 2;
  model.add(tf.layers.inputLayer({inputShape: isImage ? [...image, channels] : [channels]}));
  const weights: (() => void)[] = [];
  const add = (layer: tf.layers.Layer, tensors: (tf.Tensor | undefined)[] = []) => {
    model.add(layer);
    weights.push(() => layer.setWeights(tensors.filter((tensor) => tensor !== undefined)));
  };
  for (const {op, name, weight_shape: shape = [], weight = [], bias, padding = 0, stride = 1, ...rest} of ops) {
    const useBias = bias != null;
    if (op === 'linear') {
      const kernel = tf.tensor2d(fromTorch(shape, weight), [shape[1], shape[0]]);
      add(tf.layers.dense({name: name!, units: shape[0], useBias}), [kernel, useBias ? tf.tensor1d(bias) : undefined]);
    } else if (op === 'conv2d') {
      if (padding > 0) add(tf.layers.zeroPadding2d({padding}));
      const [filters, inputs, height, width] = shape;
      const kernel = tf.tensor4d(fromTorch(shape, weight), [height, width, inputs, filters]);
      add(tf.layers.conv2d({name: name!, filters, kernelSize: [height, width], strides: stride, useBias}), [
        kernel,
        useBias ? tf.tensor1d(bias) : undefined,
      ]);
    } else if (op === 'batchnorm2d') {
      const vectors = [weight, bias!, rest.running_mean!, rest.running_var!].map((values) => tf.tensor1d(values));
      add(tf.layers.batchNormalization({epsilon: rest.eps!}), vectors);
    } else if (op === 'relu') add(tf.layers.reLU());
    else if (op === 'flatten') {
      add(tf.layers.permute({dims: [3, 1, 2]}));
      add(tf.layers.flatten());
    }
  }
  for (const set of weights) set();
  return model;
}

/** A batch `[N, C, H, W]` or `[N, features]` in the layout of TensorFlow.js. */
export function referenceBatch(x: readonly number[], shape: readonly number[]): tf.Tensor {
  const tensor = tf.tensor(x as number[], shape as number[]);
  return shape.length === 4 ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor;
}

/** Classes as one-hot targets. */
export function referenceTargets(y: readonly number[]): tf.Tensor {
  return tf.oneHot(tf.tensor1d([...y], 'int32'), Math.max(...y) + 1).toFloat();
}

/** Mean cross-entropy of logits. */
export const logitsLoss = (y: tf.Tensor, logits: tf.Tensor) => tf.losses.softmaxCrossEntropy(y, logits);
