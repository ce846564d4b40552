import * as tf from '@tensorflow/tfjs';
import {models} from '../models/index.ts';
import type {ModelOptions} from '../models/modelOptions.ts';
import {type PaperNetwork, RECIPE} from './settings.ts';

/** The dense network with its weight decay, not compiled; the same seed gives the same weights. */
export function paperNetwork(network: PaperNetwork, seed: number): tf.LayersModel {
  // The L2 penalty of tfjs is l2 · w², its gradient 2 · l2 · w.
  const decay = () => tf.regularizers.l2({l2: RECIPE.weightDecay / 2});
  return models[network]({
    seed,
    ...paperInput(network),
    layers: {
      conv2d: (args) => tf.layers.conv2d({...args, kernelRegularizer: decay(), biasRegularizer: decay()}),
      dense: (args) => tf.layers.dense({...args, kernelRegularizer: decay(), biasRegularizer: decay()}),
    },
  });
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
