import type * as tf from '@tensorflow/tfjs';
import {stockNameOf} from '../sparseLayer.ts';
import {activations} from './activations.ts';
import {batchNormalization} from './batchNormalization.ts';
import {byOps} from './byOps.ts';
import {conv2d, zeroPadding2d} from './conv2d.ts';
import {dense} from './dense.ts';
import {dropout} from './dropout.ts';
import type {LayerKind} from './layerKind.ts';
import {pooling2d} from './pooling2d.ts';
import {structure} from './structure.ts';
import {isUntouched, rememberMethods} from './untouched.ts';

/** All that the library knows of layers: one record for each class. */
export const layerKinds: readonly LayerKind[] = [
  dense,
  conv2d,
  zeroPadding2d,
  batchNormalization,
  ...pooling2d,
  ...activations,
  dropout,
  ...structure,
  ...byOps,
];

/** What a layer does is in these two, and in a hook that somebody may have set. */
const METHODS = ['call', 'apply'];

const byClass = new Map<unknown, LayerKind>(layerKinds.map((kind) => [kind.stock, kind]));
const byName = new Map(layerKinds.map((kind) => [kind.stock.className, kind]));
for (const {stock} of layerKinds) rememberMethods(stock, METHODS);

/** The kind of a layer, stock or sparse; undefined for one of a class that is not exactly known. */
export function kindOf(layer: tf.layers.Layer): LayerKind | undefined {
  return byClass.get(layer.constructor) ?? byName.get(stockNameOf(layer) ?? '');
}

/** True if a layer is exactly what its class says: no method of it was replaced, nobody listens to its calls. */
export function isAsItsClass(layer: tf.layers.Layer): boolean {
  return isUntouched(layer, METHODS) && (layer as unknown as {_callHook: unknown})._callHook == null;
}
