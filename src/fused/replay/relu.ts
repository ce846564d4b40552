import * as tf from '@tensorflow/tfjs';
import {reluGradient} from '../../kernels/webgpu/outputGradient.ts';
import {kindOf} from '../../layers/kinds/kindOf.ts';
import {countConsumers} from '../modelLayers.ts';
import {isNormalization} from './batchNormalization.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/** True if a layer is a relu without an upper bound. */
export function isRelu(layer: tf.layers.Layer): boolean {
  return kindOf(layer)?.activationOf?.(layer as never)?.activation === 'relu';
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
  const consumers = countConsumers(model);
  const pairs = new Map<tf.layers.Layer, tf.layers.Layer>();
  for (const layer of model.layers) {
    if (!isRelu(layer) || layer.inboundNodes.length !== 1) continue;
    const [before] = layer.inboundNodes[0].inboundLayers;
    if (isNormalization(before) && before.inboundNodes.length === 1 && consumers.get(before) === 1)
      pairs.set(before, layer);
  }
  return pairs;
}
