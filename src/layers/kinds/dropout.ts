import * as tf from '@tensorflow/tfjs';
import {classOf} from './classOf.ts';
import type {LayerKind} from './layerKind.ts';
import {NotCovered} from './notCovered.ts';

/** Dropout of tfjs-layers. */
export interface DropoutLayer extends tf.layers.Layer {
  readonly rate: number;
  readonly noiseShape?: readonly number[] | null;
  readonly seed?: number | null;
}

/**
 * Dropout with masks that are other ones at every step.
 *
 * @throws NotCovered for a layer with a noise shape, or with a seed, whose masks tfjs draws from the same numbers at every step
 */
export function checkDropout(layer: DropoutLayer): void {
  if (layer.noiseShape != null) throw new NotCovered(`layer "${layer.name}" has a noise shape`);
  if (layer.seed != null) {
    throw new NotCovered(`layer "${layer.name}" has a seed, with which tfjs draws the same mask at every step`);
  }
}

/** Features set to 0 at random, in training. */
export const dropout: LayerKind = {
  stock: classOf(tf.layers.dropout({rate: 0.5, name: 'itop'})),
  plan: (graph, layer: DropoutLayer, [from]) => {
    checkDropout(layer);
    return graph.dropout(layer, from, layer.rate);
  },
  planLimits: 'without a seed and without a noise shape',
  replays: true,
};
