import * as tf from '@tensorflow/tfjs';
import {gatherDense} from '../ops/denseForm.ts';
import {assignWeight} from '../weights/tfjsInternals.ts';
import {rebuildModel} from './rebuildModel.ts';
import type {SparseLayer} from './sparseLayer.ts';
import {stockCounterpart} from './stockCounterpart.ts';

/**
 * Turns a sparse model into a plain one with the same predictions: stock layers with zeros where there is no connection.
 *
 * For export, and for users without itop: the result is saved and loaded with tfjs alone. The sparse model stays as it is.
 *
 * @param model  any model with sparse layers, nested ones included
 * @returns an uncompiled model of the same kind
 */
export function toDense<Model extends tf.LayersModel>(model: Model): Model {
  return rebuildModel('toDense', model, stockCounterpart, (sparse, dense) => {
    const {bias, sparseWeight} = sparse as SparseLayer;
    const {topology} = sparseWeight;
    tf.tidy(() => {
      assignWeight(dense.weights[0], gatherDense(sparseWeight.computed(false), topology));
      if (bias) assignWeight(dense.weights[1], bias.read());
    });
  });
}
