import type * as tf from '@tensorflow/tfjs';
import {sparseWeights} from '../layers/sparseWeights.ts';
import {FusedStep} from './fusedStep.ts';
import {NotCovered} from './notCovered.ts';
import {workshop} from './workshop.ts';

interface Entry {
  readonly optimizer: tf.Optimizer;
  readonly step: FusedStep | NotCovered;
}

const entries = new WeakMap<tf.LayersModel, Entry>();

/** The fused step of a model as it is compiled now, or why it has none. */
export function stepOf(outer: tf.LayersModel): FusedStep | NotCovered {
  const model = innerModel(outer);
  const known = entries.get(model);
  if (known && known.optimizer === model.optimizer) return known.step;
  if (known?.step instanceof FusedStep) known.step.release();
  const step = createStep(model);
  entries.set(model, {optimizer: model.optimizer, step});
  return step;
}

function createStep(model: tf.LayersModel): FusedStep | NotCovered {
  try {
    if (!model.optimizer) throw new NotCovered('the model is not compiled');
    if (sparseWeights(model).length === 0) throw new NotCovered('the model has no sparse layer');
    return new FusedStep(model, workshop());
  } catch (error) {
    if (error instanceof NotCovered) return error;
    throw error;
  }
}

/** Gives back what the fused step of a model holds; a model that trains on takes it anew. */
export function releaseStep(outer: tf.LayersModel): void {
  const step = entries.get(innerModel(outer))?.step;
  if (step instanceof FusedStep) step.release();
}

/** A Sequential hands everything about training to a model inside. */
function innerModel(model: tf.LayersModel): tf.LayersModel {
  return (model as {model?: tf.LayersModel}).model ?? model;
}
