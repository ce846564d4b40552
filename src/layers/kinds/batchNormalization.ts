import * as tf from '@tensorflow/tfjs';
import {classOf} from './classOf.ts';
import type {LayerKind, NormalizationLayer} from './layerKind.ts';
import {NotCovered} from './notCovered.ts';

/** Normalisation over the last axis by the moments of the batch, in predictions by their moving averages. */
export const batchNormalization: LayerKind = {
  stock: classOf(tf.layers.batchNormalization({name: 'itop'})),
  plan: (graph, layer: NormalizationLayer, [from]) => {
    const rank = (layer.outputShape as tf.Shape).length;
    if ((rank !== 2 && rank !== 4) || (layer.axis !== -1 && layer.axis !== rank - 1)) {
      throw new NotCovered(`layer "${layer.name}" normalises another axis than the last of a vector or an image`);
    }
    if (!layer.gamma || !layer.beta) throw new NotCovered(`layer "${layer.name}" has no gamma or no beta`);
    return graph.normalization(layer, from);
  },
  planLimits: 'over the last axis of vectors or images, with gamma and beta',
  replays: true,
};
