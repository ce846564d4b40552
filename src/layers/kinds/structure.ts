import * as tf from '@tensorflow/tfjs';
import {classOf} from './classOf.ts';
import type {LayerKind, PlanGraph} from './layerKind.ts';

type Layer = tf.layers.Layer;

const same = (graph: PlanGraph, _: Layer, [from]: readonly Layer[]) => graph.same(from);

/** Layers that only say where numbers come from and how they lie. */
export const structure: readonly LayerKind[] = [
  {
    stock: classOf(tf.layers.inputLayer({inputShape: [1], name: 'itop'})),
    plan: (graph, layer: Layer) => graph.input(layer),
    replays: true,
  },
  {stock: classOf(tf.layers.flatten({name: 'itop'})), plan: same, replays: true},
  {stock: classOf(tf.layers.reshape({targetShape: [1], name: 'itop'})), plan: same, replays: true},
  {
    stock: classOf(tf.layers.add({name: 'itop'})),
    plan: (graph, layer: Layer, inputs) => graph.sum(layer, inputs),
    planLimits: 'inputs of one shape',
    replays: true,
  },
];
