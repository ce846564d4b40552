import type * as tf from '@tensorflow/tfjs';
import {checkModel} from '../topology/checkKind.ts';
import type {SparseWeight} from '../weights/sparseWeight.ts';
import {isSparseLayer, type SparseLayer} from './sparseLayer.ts';
import {walkLayers} from './walkLayers.ts';

/** A sparse weight and the place of its layer. */
export interface NamedSparseWeight {
  /** The layer's name, with the names of the models around it where it is nested: 'encoder/dense1'. */
  readonly name: string;
  /** The layer that has the weight. */
  readonly layer: SparseLayer;
  /** Values and topology of its kernel. */
  readonly weight: SparseWeight;
}

/**
 * The sparse weights of a model in the order of its layers, nested models included; a shared layer's once.
 *
 * @throws Error if a layer is of another version of this library
 */
export function sparseWeights(model: tf.LayersModel): NamedSparseWeight[] {
  checkModel('sparseWeights', model);
  return walkLayers(model).flatMap(({layer, path}) =>
    isSparseLayer(layer) ? [{name: path, layer, weight: layer.sparseWeight}] : [],
  );
}
