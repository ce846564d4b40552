import type * as tf from '@tensorflow/tfjs';
import {StockDense, type StockKernelLayer} from '../stockLayers.ts';
import type {LayerKind} from './layerKind.ts';
import {NotCovered} from './notCovered.ts';
import {byOutput} from './positions.ts';

/** A fully connected layer. */
export const dense: LayerKind = {
  stock: StockDense as never,
  sparseName: 'ItopMaskedDense',
  positionsOf: byOutput,
  plan: (graph, layer: StockKernelLayer, [from]) => {
    if ((from.outputShape as tf.Shape).length !== 2) {
      throw new NotCovered(`layer "${layer.name}" has inputs of rank above 2`);
    }
    return graph.dense(layer, from);
  },
  planLimits: 'inputs of rank 2',
  replays: true,
};
