import * as tf from '@tensorflow/tfjs';
import {checkModel} from '../topology/checkKind.ts';
import {assignWeight, childLayers} from '../weights/tfjsInternals.ts';
import {stockNameOf} from './sparseLayer.ts';
import {walkLayers} from './walkLayers.ts';

/** A layer in a model's config. */
export interface LayerEntry {
  className: string;
  config: tf.serialization.ConfigDict;
}

/** Another entry in the place of a layer's, or undefined to keep the layer as it is. */
export type ReplaceLayer = (layer: tf.layers.Layer, path: string) => LayerEntry | undefined;

/** Fills a replaced layer from the one whose place it took. */
export type CarryWeights = (from: tf.layers.Layer, to: tf.layers.Layer, path: string) => void;

/**
 * Builds a model of the same graph with some layers replaced; all other layers are copies with equal weights.
 *
 * @param replace  asked for every layer that is not a nested model or wrapper
 * @param carry    called for every pair of a layer and its replacement
 * @returns an uncompiled model of the same kind
 * @throws Error if the model does not know its input, holds one layer in two models, which a config cannot express, or two
 *   layers of the same path
 */
export function rebuildModel<Model extends tf.LayersModel>(
  where: string,
  model: Model,
  replace: ReplaceLayer,
  carry: CarryWeights,
): Model {
  ensureBuilt(where, model);
  checkOnePlacePerLayer(where, model);
  const places = walkLayers(model);
  checkPaths(
    where,
    places.map(({path}) => path),
  );
  const replaced = new Set<tf.layers.Layer>();
  const config = rewrite(model.getConfig() as tf.serialization.ConfigDict, model.layers, '', (layer, path) => {
    const entry = replace(layer, path);
    if (entry) replaced.add(layer);
    else checkClass(where, layer);
    return entry;
  });
  const rebuilt = fromConfig(model, config);
  const copies = new Map(walkLayers(rebuilt).map(({layer, path}) => [path, layer]));
  for (const {layer, path, isLeaf} of places) {
    const copy = copies.get(path)!;
    if (replaced.has(layer)) carry(layer, copy, path);
    else if (isLeaf) layer.weights.forEach((weight, i) => void assignWeight(copy.weights[i], weight.read()));
    // Only ever to false: set on a layer, true would undo what a frozen model around it said.
    if (!layer.trainable) copy.trainable = false;
  }
  return rebuilt;
}

/**
 * Builds a Sequential model whose layers know their input; tfjs does so only when the model is first used.
 *
 * @throws TypeError if it is no model
 * @throws Error if the model cannot be built yet
 */
export function ensureBuilt(where: string, model: tf.LayersModel): void {
  checkModel(where, model);
  if (!model.built && model.inputs?.length > 0) (model as tf.Sequential).build();
  if (!model.built) {
    throw new Error(
      `${where}: model must know its input, received "${model.name}", which does not. Give its first layer an inputShape.`,
    );
  }
}

function fromConfig<Model extends tf.LayersModel>(model: Model, config: tf.serialization.ConfigDict): Model {
  const ModelClass = model.constructor as tf.serialization.SerializableConstructor<Model>;
  return ModelClass.fromConfig(ModelClass, config) as Model;
}

/** The config of a model with entries replaced; its `layers` are in the order of the model's. */
function rewrite(
  config: tf.serialization.ConfigDict,
  layers: tf.layers.Layer[],
  prefix: string,
  replace: ReplaceLayer,
): tf.serialization.ConfigDict {
  const entries = config.layers as unknown as LayerEntry[];
  return {
    ...config,
    layers: entries.map((entry, i) => rewriteEntry(entry, layers[i], prefix, replace)) as never,
  };
}

function rewriteEntry(entry: LayerEntry, layer: tf.layers.Layer, prefix: string, replace: ReplaceLayer): LayerEntry {
  const path = prefix + layer.name;
  const children = childLayers(layer);
  if (children.length === 0) return {...entry, ...replace(layer, path)};
  if (Array.isArray(entry.config.layers)) {
    return {...entry, config: rewrite(entry.config, children, `${path}/`, replace)};
  }
  const inner = rewriteEntry(entry.config.layer as unknown as LayerEntry, children[0], `${path}/`, replace);
  return {...entry, config: {...entry.config, layer: inner as never}};
}

/** tfjs makes a layer of the class that is registered under the name of its own: of a subclass without a name, the parent. */
function checkClass(where: string, layer: tf.layers.Layer): void {
  const className = layer.getClassName();
  const [registered] = tf.serialization.SerializationMap.getMap().classNameMap[className] ?? [];
  if (registered === layer.constructor || stockNameOf(layer) !== undefined) return;
  throw new Error(
    `${where}: a layer must be of the class that is registered under its name, received "${layer.name}" under the name ` +
      `${className}. Give its class a static className of its own, and register it with tf.serialization.registerClass.`,
  );
}

/**
 * tfjs writes a layer into the config of each model that holds it: made again, it would silently become two layers.
 *
 * @throws Error if a layer is in two models
 */
export function checkOnePlacePerLayer(where: string, model: tf.LayersModel): void {
  const owners = new Map<tf.layers.Layer, tf.layers.Layer>();
  const visit = (owner: tf.layers.Layer, layers: tf.layers.Layer[]) => {
    for (const layer of layers) {
      const other = owners.get(layer);
      if (other) {
        throw new Error(
          `${where}: a layer must belong to one model, received "${layer.name}" in both "${other.name}" and "${owner.name}". ` +
            'Share the whole nested model instead of its layer.',
        );
      }
      owners.set(layer, owner);
      visit(layer, childLayers(layer));
    }
  };
  visit(model, model.layers);
}

/**
 * Throws unless each layer has a path of its own: by paths the copies of layers are found, and layers told apart in options and reports.
 *
 * @throws Error with the path that two have, which takes a name with a '/' in it
 */
function checkPaths(where: string, paths: readonly string[]): void {
  const twice = new Set(paths).size < paths.length && paths.find((path, i) => paths.indexOf(path) < i);
  if (!twice) return;
  throw new Error(
    `${where}: a layer must have a path of its own, received "${twice}" for two. Rename that with a "/" in its name.`,
  );
}
