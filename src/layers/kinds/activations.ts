import * as tf from '@tensorflow/tfjs';
import {type Activation, loopActivation, type StockActivation} from './activation.ts';
import {classOf} from './classOf.ts';
import type {LayerKind, PlanGraph} from './layerKind.ts';
import {NotCovered} from './notCovered.ts';

type Layer = tf.layers.Layer;

/**
 * A layer that is an activation without weights.
 *
 * @param activationOf  in the loops; for most there is none
 * @param planLimits    where it can stand in a plan
 */
function kindOfActivation<Fields extends Layer>(
  stock: Layer,
  activationOf: (layer: Fields) => Activation | undefined = () => undefined,
  planLimits = 'as the last layer',
): LayerKind {
  return {
    planLimits,
    stock: classOf(stock),
    activationOf,
    plan: (graph: PlanGraph, layer: Fields, [from]) => graph.activation(layer, from, activationOf(layer)),
    replays: true,
  };
}

const softmax: LayerKind = {
  ...kindOfActivation(tf.layers.softmax({name: 'itop'})),
  plan: (graph, layer: Layer & {axis: number | number[]}, [from]) => {
    const rank = (layer.outputShape as tf.Shape).length;
    const overSamples = [layer.axis].flat().some((axis) => axis === 0 || axis === -rank);
    if (overSamples) throw new NotCovered(`layer "${layer.name}" is a Softmax over the samples of a batch`);
    return graph.activation(layer, from, undefined);
  },
};

/** Layers that do nothing but an activation without weights. */
export const activations: readonly LayerKind[] = [
  kindOfActivation(
    tf.layers.activation({activation: 'linear', name: 'itop'}),
    ({activation}: Layer & {activation: StockActivation}) => loopActivation(activation),
    'linear, relu, sigmoid and tanh; any other one as the last layer',
  ),
  kindOfActivation(
    tf.layers.reLU({name: 'itop'}),
    ({maxValue}: Layer & {maxValue?: number | null}) => (maxValue == null ? {activation: 'relu', alpha: 0} : undefined),
    'without a largest value; with one as the last layer',
  ),
  // From the output alone the loops tell where they are only if its sign is that of the input.
  kindOfActivation(
    tf.layers.leakyReLU({name: 'itop'}),
    ({alpha}: Layer & {alpha: number}) => (alpha > 0 ? {activation: 'leakyRelu', alpha} : undefined),
    'a slope above 0; any other one as the last layer',
  ),
  softmax,
  kindOfActivation(tf.layers.elu({name: 'itop'})),
  kindOfActivation(tf.layers.thresholdedReLU({name: 'itop'})),
];
