import type * as tf from '@tensorflow/tfjs';
import {childLayers} from '../weights/tfjsInternals.ts';

/** A layer and where it stands in its model. */
export interface LayerPlace {
  readonly layer: tf.layers.Layer;
  /** Names of the models and wrappers around the layer and its own, joined by '/'. */
  readonly path: string;
  /** False for nested models and wrappers, whose parts are visited after them. */
  readonly isLeaf: boolean;
}

/** All layers of a model in order, those of nested models and inside wrappers too; each once, also when it is shared. */
export function walkLayers(model: tf.LayersModel): LayerPlace[] {
  const places: LayerPlace[] = [];
  const seen = new Set<tf.layers.Layer>();
  const visit = (layer: tf.layers.Layer, prefix: string) => {
    if (seen.has(layer)) return;
    seen.add(layer);
    const path = prefix + layer.name;
    const children = childLayers(layer);
    places.push({layer, path, isLeaf: children.length === 0});
    for (const child of children) visit(child, `${path}/`);
  };
  for (const layer of model.layers) visit(layer, '');
  return places;
}
