import * as tf from '@tensorflow/tfjs';
import {reluGradient} from '../../kernels/webgpu/outputGradient.ts';
import type {NormalizationLayer} from '../plan.ts';
import {isOverLastAxis} from './batchNormalization.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/** True if a layer is a relu without an upper bound. */
export function isRelu(layer: tf.layers.Layer): boolean {
  const {activation, maxValue} = layer as unknown as {activation?: {getClassName(): string}; maxValue?: number | null};
  const name = layer.getClassName();
  return name === 'Activation' ? activation!.getClassName() === 'relu' : name === 'ReLU' && maxValue == null;
}

/** A relu whose gradient is one program. */
export function relu(backend: ReplayBackend) {
  return (x: tf.Tensor): tf.Tensor => {
    const activated = tf.customGrad((...args) => {
      const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
      const value = tf.relu(x);
      save([value]);
      return {value, gradFunc: (dy: tf.Tensor, [y]: tf.Tensor[]) => trackedTensor(reluGradient(backend, {dy, y}))};
    });
    return activated(x);
  };
}

/** The batch normalisations of a model behind which there is a relu and nothing else, and these relus. */
export function normalizationsBeforeRelu(model: tf.LayersModel): Map<tf.layers.Layer, tf.layers.Layer> {
  const readers = new Map<tf.layers.Layer, tf.layers.Layer[]>();
  for (const layer of model.layers) {
    for (const input of layer.inboundNodes.flatMap(({inboundLayers}) => inboundLayers)) {
      readers.set(input, [...(readers.get(input) ?? []), layer]);
    }
  }
  const outputs = new Set(model.outputs.map(({sourceLayer}) => sourceLayer));
  const isUsedOnce = (layer: tf.layers.Layer) => layer.inboundNodes.length === 1;
  const pairs = new Map<tf.layers.Layer, tf.layers.Layer>();
  for (const [layer, [reader, ...others]] of readers) {
    const isNormalization =
      layer.getClassName() === 'BatchNormalization' && isOverLastAxis(layer as NormalizationLayer);
    if (!isNormalization || outputs.has(layer) || others.length > 0 || !isRelu(reader)) continue;
    if (isUsedOnce(layer) && isUsedOnce(reader)) pairs.set(layer, reader);
  }
  return pairs;
}
