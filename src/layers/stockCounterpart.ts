import type * as tf from '@tensorflow/tfjs';
import {MaskedConv2d} from './maskedConv2d.ts';
import {MaskedDense} from './maskedDense.ts';
import type {LayerEntry} from './rebuildModel.ts';
import {StockConv2D, StockDense} from './stockLayers.ts';

/** The config of a sparse layer that its stock counterpart does not know. */
const SPARSE_KEYS = ['density', 'nnz', 'seed', 'fan'];

/** Class and config of the stock layer that a sparse layer stands for, or undefined for any other layer. */
export function stockCounterpart(layer: tf.layers.Layer): LayerEntry | undefined {
  const className = layer instanceof MaskedDense ? 'Dense' : layer instanceof MaskedConv2d ? 'Conv2D' : undefined;
  if (!className) return undefined;
  const entries = Object.entries(layer.getConfig()).filter(([key]) => !SPARSE_KEYS.includes(key));
  return {className, config: Object.fromEntries(entries)};
}

/** A stock layer with the options of a sparse one, not built. */
export function createStockLayer(layer: MaskedDense | MaskedConv2d): tf.layers.Layer {
  const Stock = layer instanceof MaskedDense ? StockDense : StockConv2D;
  return Stock.fromConfig(Stock as never, stockCounterpart(layer)!.config) as tf.layers.Layer;
}
