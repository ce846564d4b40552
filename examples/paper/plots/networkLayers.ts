import * as tf from '@tensorflow/tfjs';
import type {FlopsLayer, LayerShape} from 'itop';
import {models} from '../../models/index.ts';
import type {ModelOptions} from '../../models/modelOptions.ts';

/** A layer with a kernel: what planner and FLOPs ledger ask of it, but for its connections. */
export type NetworkLayer = LayerShape & Omit<FlopsLayer, 'nnz'>;

/**
 * The layers of a network that have kernels.
 *
 * @param options  what its builder is to make otherwise than by default
 */
export function networkLayers(network: keyof typeof models, options: ModelOptions = {}): NetworkLayer[] {
  // Only shapes are asked for: zeros are made faster than random numbers.
  const model = models[network]({
    ...options,
    layers: {
      conv2d: (args) => tf.layers.conv2d({...args, kernelInitializer: 'zeros'}),
      dense: (args) => tf.layers.dense({...args, kernelInitializer: 'zeros'}),
    },
  });
  const layers = model.layers.flatMap((layer) => {
    const [, ...output] = layer.outputShape as number[];
    return layer.weights
      .filter(({shape}) => shape.length > 1)
      .map(({shape}) => ({name: layer.name, shape: shape as number[], positions: positions(output)}));
  });
  model.dispose();
  return layers;
}

/** Places of a layer's output, channels apart. */
function positions(output: readonly number[]): number {
  return output.slice(0, -1).reduce((product, dimension) => product * dimension, 1);
}
