import type * as tf from '@tensorflow/tfjs';
import {checkDropout, type DropoutLayer, dropout} from '../../layers/kinds/dropout.ts';
import {exactKind} from '../../layers/kinds/exactKind.ts';
import {NotCovered} from '../../layers/kinds/notCovered.ts';
import {walkLayers} from '../../layers/walkLayers.ts';

/**
 * Sees to it that a step of the model does the same on the device each time, whatever its numbers are.
 *
 * @throws NotCovered with the first part of the model for which that is not known
 */
export function checkLayers(model: tf.LayersModel): void {
  for (const {layer, path} of walkLayers(model)) {
    const kind = exactKind(layer);
    if (!kind.replays) throw new NotCovered(`layer "${path}" is a ${layer.getClassName()}`);
    if (kind === dropout) checkDropout(layer as DropoutLayer);
  }
}
