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

/**
 * Throws unless each layer has a path of its own: by paths layers are told apart in options, reports and files.
 *
 * @throws Error with the path that two have, which takes a name with a '/' in it
 */
export function checkPaths(where: string, paths: readonly string[]): void {
  const twice = new Set(paths).size < paths.length && paths.find((path, i) => paths.indexOf(path) < i);
  if (!twice) return;
  throw new Error(
    `${where}: a layer must have a path of its own, received "${twice}" for two: the "/" of one is in its name, that of the other stands ` +
      'for a model around it. Rename one of them.',
  );
}
