import type * as tf from '@tensorflow/tfjs';

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
