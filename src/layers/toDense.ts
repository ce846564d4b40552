import * as tf from '@tensorflow/tfjs';
import {gatherDense} from '../ops/composite.ts';
import {releaseTopology} from '../ops/topologyResources.ts';
import {assignWeight} from '../weights/tfjsInternals.ts';
import {MaskedConv2d} from './maskedConv2d.ts';
import {MaskedDense} from './maskedDense.ts';
import {rebuildModel} from './rebuildModel.ts';

/** The config of a sparse layer that its stock counterpart does not know. */
const SPARSE_KEYS = ['density', 'nnz', 'seed', 'fan'];

/**
 * Turns a sparse model into a plain one with the same predictions: stock layers with zeros where there is no connection.
 *
 * For export, and for whoever has no itop: the result is saved and loaded with tfjs alone. The sparse model stays as it is.
 *
 * @param model  any model with sparse layers, nested ones included
 * @returns an uncompiled model of the same kind
 */
export function toDense<Model extends tf.LayersModel>(model: Model): Model {
  return rebuildModel(
    'toDense',
    model,
    (layer) => {
      const className = layer instanceof MaskedDense ? 'Dense' : layer instanceof MaskedConv2d ? 'Conv2D' : undefined;
      return className ? {className, config: withoutSparsity(layer.getConfig())} : undefined;
    },
    (sparse, dense) => {
      const {variable, topology} = (sparse as MaskedDense | MaskedConv2d).sparseWeight;
      const bias = (sparse as MaskedDense | MaskedConv2d).bias;
      tf.tidy(() => {
        assignWeight(dense.weights[0], gatherDense(variable, topology));
        if (bias) assignWeight(dense.weights[1], bias.read());
      });
      releaseTopology(topology);
    },
  );
}

function withoutSparsity(config: tf.serialization.ConfigDict): tf.serialization.ConfigDict {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !SPARSE_KEYS.includes(key)));
}
