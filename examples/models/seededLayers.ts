import * as tf from '@tensorflow/tfjs';
import type {KernelLayers, ModelOptions} from './modelOptions.ts';

/** More than any network has layers, so that two seeds share no initial weights. */
const SEEDS_PER_NETWORK = 1000;

/** Layers whose kernels start by He's rule, each from a seed of its own; convolutions are 'same' and without bias unless said. */
export function seededLayers({seed = 1, layers = tf.layers}: ModelOptions): KernelLayers {
  let made = 0;
  const start = () => ({kernelInitializer: tf.initializers.heNormal({seed: seed * SEEDS_PER_NETWORK + made++})});
  return {
    conv2d: (args) => layers.conv2d({padding: 'same', useBias: false, ...start(), ...args}),
    dense: (args) => layers.dense({...start(), ...args}),
  };
}

/** With PyTorch's constants: there momentum is the share of the new batch, 0.1. */
export function batchNormalization(): tf.layers.Layer {
  return tf.layers.batchNormalization({momentum: 0.9, epsilon: 1e-5});
}

/** Passes a symbolic tensor through layers in turn. */
export function chain(x: tf.SymbolicTensor, ...layers: readonly tf.layers.Layer[]): tf.SymbolicTensor {
  return layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, x);
}
