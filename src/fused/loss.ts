import * as tf from '@tensorflow/tfjs';
import {hostView} from '../kernels/hostMemory.ts';
import {type CompiledFields, fieldsOf} from './compiledModel.ts';
import {stockLoss} from './lossFunctions.ts';
import {elementwiseLosses, softmaxLosses} from './lossLoops.ts';
import type {Plan} from './plan.ts';

/** A loss and its gradient. */
export interface Loss {
  /** The loss with the penalties of the regularizers, then the metrics. */
  readonly values: tf.Tensor[];
  /** `[batch, features]`: dL/dz, without the penalties. */
  readonly gradient: Float32Array;
}

/** What a loss compares the output with. */
export interface Goal {
  /** As the model's loss takes it. */
  readonly target: tf.Tensor;
  /** Of the samples. @defaultValue all the same */
  readonly weights?: tf.Tensor | undefined;
}

/**
 * Loss and metrics of a model from its output before the head: what `makeTrainFunction` of tfjs computes.
 *
 * @param z  `[batch, features]`
 */
export function lossOf(model: tf.LayersModel, plan: Plan, z: Float32Array, batch: number, goal: Goal): Loss {
  const fields = fieldsOf(model);
  let gradient!: Float32Array;
  // Not returned from the tidy: tfjs would look for tensors in it, number by number.
  const values = tf.tidy(() => {
    const {loss, metrics, ...rest} = byLoop(model, plan, z, batch, goal) ?? byTape(model, plan, z, batch, goal);
    gradient = rest.gradient;
    const penalties = fields.calculateLosses.call(model);
    return [penalties.reduce((sum: tf.Tensor, penalty) => tf.add(sum, penalty), loss), ...metrics];
  });
  return {values, gradient};
}

/** The model's output from that before the head. @param z  `[samples, features]` */
export function outputOf(model: tf.LayersModel, {head}: Plan, z: Float32Array, samples: number): tf.Tensor {
  const output = tf.tensor(z, shapeOf(model, samples));
  return head ? head(output) : output;
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
    const found = byLoop(model, plan, z, samples, {target});
    if (found) return [found.loss, ...found.metrics];
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

/** The commonest losses, without the many small ops of stock tfjs; undefined where the loss, its target or its weights are others. */
function byLoop(
  model: tf.LayersModel,
  plan: Plan,
  z: Float32Array,
  batch: number,
  {target, weights}: Goal,
): LossAndMetrics | undefined {
  const fields = fieldsOf(model);
  const shape = shapeOf(model, batch);
  const loops = plan.hasSoftmax ? softmaxLosses : plan.head ? {} : elementwiseLosses;
  const name = Object.keys(loops).find((name) => fields.lossFunctions[0] === stockLoss(name));
  // Pixels count as samples: the loss is the mean over both.
  const rows = z.length / shape[shape.length - 1];
  // Of one class tfjs makes no target from labels, and says so.
  const isLabels = name === 'sparseCategoricalCrossentropy';
  const fits = isLabels ? target.size === rows && z.length > rows : tf.util.arraysEqual(target.shape, shape);
  const fitWeights = !weights || (rows === batch && tf.util.arraysEqual(weights.shape, [batch]));
  if (!name || !fits || !fitWeights) return undefined;
  const {loss, output, gradient} = loops[name](z, hostView(target), rows, weights && hostView(weights));
  return {loss: tf.scalar(loss), metrics: metricsOf(fields, target, tf.tensor(output, shape)), gradient};
}

/** Any loss, on tfjs's tape. */
function byTape(
  model: tf.LayersModel,
  plan: Plan,
  z: Float32Array,
  batch: number,
  {target, weights}: Goal,
): LossAndMetrics {
  const fields = fieldsOf(model);
  let metrics: tf.Tensor[] = [];
  const {value, grad} = tf.valueAndGrad((z: tf.Tensor) => {
    const output = plan.head ? plan.head(z) : z;
    // In this order, as in tfjs: where the loss throws, no metric stays.
    const losses = fields.lossFunctions[0](target, output);
    metrics = metricsOf(fields, target, output).map((metric) => tf.keep(metric));
    return tf.mean(weights ? tf.mul(losses, weights) : losses);
  })(tf.tensor(z, shapeOf(model, batch)));
  return {loss: value, metrics, gradient: grad.dataSync<'float32'>()};
}

function metricsOf({metricsTensors}: CompiledFields, target: tf.Tensor, output: tf.Tensor): tf.Tensor[] {
  return metricsTensors.map(([metric]) => tf.mean(metric(target, output)));
}
