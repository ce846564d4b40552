import type * as tf from '@tensorflow/tfjs';
import {kindOf} from './kinds/kindOf.ts';
import type {LayerEntry} from './rebuildModel.ts';
import {isSparseLayer, type SparseLayer} from './sparseLayer.ts';

/** The config of a sparse layer that its stock counterpart does not know. */
const SPARSE_KEYS = ['density', 'nnz', 'seed', 'fan'];

/** Class and config of the stock layer that a sparse layer stands for, or undefined for any other layer. */
export function stockCounterpart(layer: tf.layers.Layer): LayerEntry | undefined {
  const kind = isSparseLayer(layer) ? kindOf(layer) : undefined;
  if (!kind) return undefined;
  const entries = Object.entries(layer.getConfig()).filter(([key]) => !SPARSE_KEYS.includes(key));
  return {className: kind.stock.className, config: Object.fromEntries(entries)};
}

/** A stock layer with the options of a sparse one, not built; undefined for a layer of the user's own class. */
export function createStockLayer(layer: SparseLayer): tf.layers.Layer | undefined {
  const Stock = kindOf(layer)?.stock;
  return Stock?.fromConfig(Stock, stockCounterpart(layer)!.config);
}
