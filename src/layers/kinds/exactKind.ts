import * as tf from '@tensorflow/tfjs';
import {isSparseLayer} from '../sparseLayer.ts';
import {activationName, type StockActivation} from './activation.ts';
import {isAsItsClass, kindOf, layerKinds} from './kindOf.ts';
import type {LayerKind} from './layerKind.ts';
import {NotCovered} from './notCovered.ts';
import {hasRegularizersOfBuild, penaltyOf, regularizersOf} from './regularizer.ts';

/**
 * The kind of a layer that is what its class says in every part, so that something else can do what it does.
 *
 * @throws NotCovered if a part of it is the user's own
 */
export function exactKind(layer: tf.layers.Layer): LayerKind {
  const refuse = (what: string): never => {
    throw new NotCovered(`layer "${layer.name}" ${what}`);
  };
  const {activation} = layer as unknown as {activation?: StockActivation | null};
  const regularizers = regularizersOf(layer);
  const kind = kindOf(layer) ?? refuse(`is ${describeClass(layer)}`);
  if (!isAsItsClass(layer)) refuse('has a call or a call hook of its own');
  if (activation != null && activationName(activation) === undefined) refuse('has an activation of its own');
  if (regularizers.some((regularizer) => !penaltyOf(regularizer))) refuse('has a regularizer of its own');
  if (isSparseLayer(layer) && layer.sparseWeight.reparameterization) {
    refuse(`computes with values made by ${layer.sparseWeight.reparameterization.name}`);
  }
  // Whoever calls addLoss adds to those of the regularizers.
  if (layer.losses.length !== regularizers.length) refuse('has a loss of its own');
  if (!hasRegularizersOfBuild(layer)) refuse('has another regularizer than it was built with');
  if (hasForeignWeight(layer)) refuse('computes with a weight of another layer');
  return kind;
}

/** True if a weight was assigned to the layer, for instance to tie it to that of another: tfjs lists it with the other's weights only. */
function hasForeignWeight(layer: tf.layers.Layer): boolean {
  const weights = new Set<unknown>(layer.weights);
  return Object.values(layer).some((value) => value instanceof tf.LayerVariable && !weights.has(value));
}

function describeClass(layer: tf.layers.Layer): string {
  const name = layer.getClassName();
  const isDerived = isSparseLayer(layer) || layerKinds.some(({stock}) => stock.className === name);
  return isDerived ? `of a class derived from ${name}` : `a ${name}`;
}
