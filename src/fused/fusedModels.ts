import type * as tf from '@tensorflow/tfjs';
import {sparseWeights} from '../layers/sparseWeights.ts';
import {FusedModel} from './fusedModel.ts';
import {NotCovered} from './notCovered.ts';
import {workshop} from './workshop.ts';

const known = new WeakMap<tf.LayersModel, FusedModel | NotCovered>();

/** The last model that ended in a layer: a Sequential makes another of the same layers whenever it is compiled. */
const latest = new WeakMap<tf.layers.Layer, WeakRef<tf.LayersModel>>();

/** A model in the heap of the loops, or why it has no form there. */
export function fusedModelOf(outer: tf.LayersModel): FusedModel | NotCovered {
  const model = innerModel(outer);
  const fused = known.get(model) ?? create(model);
  known.set(model, fused);
  return fused;
}

function create(model: tf.LayersModel): FusedModel | NotCovered {
  try {
    const last = model.layers[model.layers.length - 1];
    const previous = latest.get(last)?.deref();
    if (previous) releaseFusedModel(previous);
    latest.set(last, new WeakRef(model));
    if (sparseWeights(model).length === 0) throw new NotCovered('the model has no sparse layer');
    return new FusedModel(model, workshop());
  } catch (error) {
    if (error instanceof NotCovered) return error;
    throw error;
  }
}

/** Gives back what a model has in the heap; when it is used on, it takes it anew. */
export function releaseFusedModel(outer: tf.LayersModel): void {
  const fused = known.get(innerModel(outer));
  if (fused instanceof FusedModel) fused.release();
}

/** A Sequential hands everything about training to a model inside. */
function innerModel(model: tf.LayersModel): tf.LayersModel {
  return (model as {model?: tf.LayersModel}).model ?? model;
}
