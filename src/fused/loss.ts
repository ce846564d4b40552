import * as tf from '@tensorflow/tfjs';
import {hostView} from '../kernels/hostMemory.ts';
import {type CompiledFields, fieldsOf} from './compiledModel.ts';
import {softmaxCrossEntropy} from './crossEntropy.ts';
import {stockLoss} from './lossFunctions.ts';
import type {Plan} from './plan.ts';

/** A loss and its gradient. */
export interface Loss {
  /** The loss with the penalties of the regularizers, then the metrics. */
  readonly values: tf.Tensor[];
  /** `[batch, features]`: dL/dz, without the penalties. */
  readonly gradient: Float32Array;
}

/**
 * Loss and metrics of a model from its output before the head: what `makeTrainFunction` of tfjs computes.
 *
 * @param z       `[batch, features]`
 * @param target  as the model's loss takes it
 */
export function lossOf(
  model: tf.LayersModel,
  {head, hasSoftmax}: Plan,
  z: Float32Array,
  batch: number,
  target: tf.Tensor,
): Loss {
  const fields = fieldsOf(model);
  const shape = shapeOf(model, batch);
  const isCrossEntropy =
    hasSoftmax && shape.length === 2 && fields.lossFunctions[0] === stockLoss('categoricalCrossentropy');
  let gradient!: Float32Array;
  // Not returned from the tidy: tfjs would look for tensors in it, number by number.
  const values = tf.tidy(() => {
    const {loss, metrics, ...rest} = isCrossEntropy
      ? crossEntropyLoss(fields, z, shape, target)
      : anyLoss(fields, head, z, shape, target);
    gradient = rest.gradient;
    const penalties = fields.calculateLosses.call(model);
    return [penalties.reduce((sum: tf.Tensor, penalty) => tf.add(sum, penalty), loss), ...metrics];
  });
  return {values, gradient};
}

/** The model's output from that before the head. @param z  `[samples, features]` */
export function outputOf(model: tf.LayersModel, {head}: Plan, z: Float32Array, samples: number): tf.Tensor {
  return head(tf.tensor(z, shapeOf(model, samples)));
}

/** Loss without penalties, and metrics, as the test function of tfjs computes them. */
export function evaluationOf(
  model: tf.LayersModel,
  plan: Plan,
  z: Float32Array,
  samples: number,
  target: tf.Tensor,
): tf.Tensor[] {
  const fields = fieldsOf(model);
  return tf.tidy(() => {
    const output = outputOf(model, plan, z, samples);
    return [tf.mean(fields.lossFunctions[0](target, output)), ...metricsOf(fields, target, output)];
  });
}

function shapeOf(model: tf.LayersModel, samples: number): number[] {
  return [samples, ...(model.outputs[0].shape.slice(1) as number[])];
}

interface LossAndMetrics {
  readonly loss: tf.Tensor;
  readonly metrics: readonly tf.Tensor[];
  readonly gradient: Float32Array;
}

/** The commonest of all, without the many small ops of stock tfjs. */
function crossEntropyLoss(fields: CompiledFields, z: Float32Array, shape: number[], target: tf.Tensor): LossAndMetrics {
  const {loss, output, gradient} = softmaxCrossEntropy(z, hostView(target), shape[0]);
  const metrics = fields.metricsTensors.length === 0 ? [] : metricsOf(fields, target, tf.tensor(output, shape));
  return {loss: tf.scalar(loss), metrics, gradient};
}

/** Any loss, on tfjs's tape. */
function anyLoss(
  fields: CompiledFields,
  head: Plan['head'],
  z: Float32Array,
  shape: number[],
  target: tf.Tensor,
): LossAndMetrics {
  let metrics: tf.Tensor[] = [];
  const {value, grad} = tf.valueAndGrad((z: tf.Tensor) => {
    const output = head(z);
    metrics = metricsOf(fields, target, output).map((metric) => tf.keep(metric));
    return tf.mean(fields.lossFunctions[0](target, output));
  })(tf.tensor(z, shape));
  return {loss: value, metrics, gradient: grad.dataSync<'float32'>()};
}

function metricsOf({metricsTensors}: CompiledFields, target: tf.Tensor, output: tf.Tensor): tf.Tensor[] {
  return metricsTensors.map(([metric]) => tf.mean(metric(target, output)));
}
