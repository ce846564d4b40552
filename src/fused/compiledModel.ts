import * as tf from '@tensorflow/tfjs';

export type LossOrMetric = (target: tf.Tensor, output: tf.Tensor) => tf.Tensor;

/** Private fields of a compiled LayersModel of tfjs-layers 4.22. */
export interface CompiledFields {
  readonly collectedTrainableWeights: tf.LayerVariable[];
  optimizer_: Pick<tf.Optimizer, 'minimize'>;
  lossFunctions: readonly LossOrMetric[];
  readonly metricsTensors: readonly (readonly [LossOrMetric, number])[];
  calculateLosses(): tf.Scalar[];
}

/** What is private of a compiled model. */
export function fieldsOf(model: tf.LayersModel): CompiledFields {
  return model as unknown as CompiledFields;
}

/**
 * The smallest model that can be compiled, which has no weights: what tfjs keeps private is found in it.
 *
 * @returns its layer, and compiles it with a loss and metrics by name
 */
export function smallestModel() {
  const layer = tf.layers.activation({activation: 'linear', inputShape: [2], name: 'itop'});
  const model = tf.sequential({layers: [layer], name: 'itop'});
  const nothing = () => null;
  const optimizer = {minimize: nothing, computeGradients: nothing, applyGradients: nothing} as unknown as tf.Optimizer;
  return {
    layer,
    compiled(loss: string, metrics: string[] = []): CompiledFields {
      model.compile({optimizer, loss, metrics});
      const {model: inner = model} = model as unknown as {model?: tf.LayersModel};
      return fieldsOf(inner);
    },
  };
}
