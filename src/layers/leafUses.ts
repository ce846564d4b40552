import type * as tf from '@tensorflow/tfjs';
import {childLayers, type LayerCall, layerCalls} from '../weights/tfjsInternals.ts';

/** A call of a layer, and how often it is made for one sample. */
export interface LeafUse {
  /** With the shapes that the layer sees. */
  readonly call: LayerCall;
  /** NaN where the number of steps is unknown. */
  readonly times: number;
}

/** The calls of all layers that hold no others. Where a nested model comes first in a Sequential, its layers stand in the graph of that. */
export function leafUses(model: tf.LayersModel): Map<tf.layers.Layer, LeafUse[]> {
  const uses = new Map<tf.layers.Layer, LeafUse[]>();
  const visit = (call: LayerCall, times: number) => {
    const {layer, inputShape, outputShape} = call;
    const children = childLayers(layer);
    if (children.length === 0) {
      uses.set(layer, [...(uses.get(layer) ?? []), {call, times}]);
    } else if ('layers' in layer) {
      for (const inner of layerCalls(layer as tf.LayersModel)) visit(inner, times);
    } else {
      // TimeDistributed: the layer inside sees the steps, the second dimension, one by one.
      const ofOneStep = ([batch, _, ...rest]: tf.Shape) => [batch, ...rest];
      const step = {layer: children[0], inputShape: ofOneStep(inputShape), outputShape: ofOneStep(outputShape)};
      visit(step, times * (inputShape[1] ?? Number.NaN));
    }
  };
  for (const call of layerCalls(model)) visit(call, 1);
  return uses;
}
