import * as tf from '@tensorflow/tfjs';
import {models} from '../models/index.ts';
import type {ModelOptions} from '../models/modelOptions.ts';
import {type PaperNetwork, RECIPE, type RunSettings} from './settings.ts';

/** What decides the dense network that a training starts from. */
type InitialSettings = Pick<RunSettings, 'network' | 'initialization' | 'seed'>;

/** The dense network with its weight decay, not compiled; the same seed gives the same weights. */
export function paperNetwork({network, initialization, seed}: InitialSettings): tf.LayersModel {
  // The L2 penalty of tfjs is l2 · w², its gradient 2 · l2 · w.
  const decay = () => tf.regularizers.l2({l2: RECIPE.weightDecay / 2});
  let made = 0;
  const start = () => (initialization === 'pytorch' ? {kernelInitializer: pytorchUniform(1000 * seed + made++)} : {});
  return models[network]({
    seed,
    ...paperInput(network),
    layers: {
      conv2d: (args) => tf.layers.conv2d({...args, ...start(), kernelRegularizer: decay(), biasRegularizer: decay()}),
      dense: (args) => tf.layers.dense({...args, ...start(), kernelRegularizer: decay(), biasRegularizer: decay()}),
    },
  });
}

/** Uniform in ±1/√fanIn, as PyTorch's layers begin. */
function pytorchUniform(seed: number): ReturnType<typeof tf.initializers.varianceScaling> {
  return tf.initializers.varianceScaling({scale: 1 / 3, mode: 'fanIn', distribution: 'uniform', seed});
}

/** What a network takes, where that is not what its builder makes it for. */
export function paperInput(network: PaperNetwork): Pick<ModelOptions, 'inputShape'> {
  return network === 'LeNet-5' ? {inputShape: [32, 32, 3]} : {};
}

/** Compiles a model for the recipe. */
export function compilePaper(model: tf.LayersModel): tf.MomentumOptimizer {
  const optimizer = tf.train.momentum(RECIPE.learningRate, RECIPE.momentum, true);
  model.compile({optimizer, loss: 'categoricalCrossentropy'});
  return optimizer;
}
