import * as tf from '@tensorflow/tfjs';
import {classOf} from './classOf.ts';
import type {LayerKind, PlanGraph} from './layerKind.ts';

type Layer = tf.layers.Layer;

const same = (graph: PlanGraph, _: Layer, [from]: readonly Layer[]) => graph.same(from);

/** Models as layers: what they hold counts. The last is the class of functional models that come from Keras. */
const models: readonly LayerKind[] = [
  tf.Sequential,
  tf.LayersModel,
  tf.serialization.SerializationMap.getMap().classNameMap.Functional[0],
].map((stock) => ({
  stock: stock as never,
  plan: (graph, model: tf.LayersModel, [from]) => graph.nested(model, from),
  planLimits: 'one input and one output',
  replays: true,
}));

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
  ...models,
];
