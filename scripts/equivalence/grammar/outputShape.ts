import * as tf from '@tensorflow/tfjs';
import {evaluate} from '../evaluate.ts';
import {type LayerCode, layerSource, type Shape} from './layer.ts';

const known = new Map<string, Shape | undefined>();

/** More would be more than what looking them up saves. */
const MOST_KNOWN = 10_000;

/** Shape of a layer's output, without the batch; undefined if it does not take such inputs. */
export function outputShape(layer: LayerCode, inputs: readonly Shape[]): Shape | undefined {
  const source = layerSource(layer);
  const key = `${source} ${JSON.stringify(inputs)}`;
  if (!known.has(key)) {
    if (known.size === MOST_KNOWN) known.clear();
    known.set(key, findShape(source, inputs));
  }
  return known.get(key);
}

/** Asks the layer, on symbolic inputs: nothing is computed, and what it has built is disposed. */
function findShape(source: string, inputs: readonly Shape[]): Shape | undefined {
  let shape: Shape | undefined;
  try {
    tf.tidy(() => {
      const layer = evaluate<tf.layers.Layer>(source);
      const tensors = inputs.map((input) => tf.input({shape: [...input]}));
      const output = layer.apply(tensors.length === 1 ? tensors[0] : tensors) as tf.SymbolicTensor;
      if (layer.weights.length > 0) layer.dispose();
      shape = output.shape.slice(1) as number[];
    });
  } catch {
    // It takes no such inputs.
  }
  return shape;
}
