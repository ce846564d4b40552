import * as tf from '@tensorflow/tfjs';
import {classOf} from './classOf.ts';
import type {LayerKind, PlanGraph, PoolKind} from './layerKind.ts';

interface PoolingFields extends tf.layers.Layer {
  readonly poolSize: [number, number];
  readonly strides: [number, number];
  readonly padding: 'valid' | 'same';
}

/** Pooling of windows of an image. */
function windows(stock: tf.layers.Layer, kind: PoolKind): LayerKind {
  return {
    stock: classOf(stock),
    plan: (graph: PlanGraph, layer: PoolingFields, [from]) => {
      const {poolSize: size, strides, padding} = layer;
      return graph.pool(kind, layer, from, {size, strides, padding});
    },
    planLimits: kind === 'average' ? 'channels last, windows inside the image' : 'channels last',
    replays: true,
  };
}

/** Pooling of whole images. */
function whole(stock: tf.layers.Layer, kind: PoolKind): LayerKind {
  return {
    stock: classOf(stock),
    plan: (graph: PlanGraph, layer: tf.layers.Layer, [from]) => {
      const [, height, width] = from.outputShape as number[];
      return graph.pool(kind, layer, from, {size: [height, width], strides: [1, 1], padding: 'valid'});
    },
    planLimits: 'channels last',
    replays: true,
  };
}

/** Pooling of images. */
export const pooling2d: readonly LayerKind[] = [
  windows(tf.layers.maxPooling2d({poolSize: 1, name: 'itop'}), 'max'),
  windows(tf.layers.averagePooling2d({poolSize: 1, name: 'itop'}), 'average'),
  whole(tf.layers.globalMaxPooling2d({name: 'itop'}), 'globalMax'),
  whole(tf.layers.globalAveragePooling2d({name: 'itop'}), 'average'),
];
