import * as tf from '@tensorflow/tfjs';
import {breakEven} from '../../ops/breakEven.ts';
import type {Topology} from '../../topology/topology.ts';
import {fieldsOf} from '../compiledModel.ts';
import type {OptimizerPlan} from '../optimizers.ts';
import {type ReplayBackend, typeOnDevice} from './gpuInternals.ts';

/**
 * What a recorded step goes by, compared before every replay; a model's layers are compared before, by whoever keeps the model's
 * stand-in. Numbers are none of it: those of the data, the weights, the slots and the optimizer come in each time.
 */
export interface StepAssumptions {
  /** What tells apart steps that are kept beside each other: shapes and types of the data, and what is trained. */
  readonly key: string;
  /** What a connectivity update replaces, or somebody who sets slots: topologies and variables. */
  readonly objects: readonly unknown[];
  /** What changes when the model is compiled, or a setting of the process. */
  readonly setting: readonly unknown[];
}

/** What predictions go by. */
export function assumptionsOfPrediction(
  data: readonly tf.Tensor[],
  topologies: readonly Topology[],
  variables: readonly tf.Variable[],
): StepAssumptions {
  const backend = tf.backend() as unknown as ReplayBackend;
  return {
    key: data.map((tensor) => `${tensor.dtype}/${typeOnDevice(backend, tensor)}[${tensor.shape}]`).join(),
    objects: [...topologies, ...variables],
    setting: [backend, breakEven(tf.getBackend())],
  };
}

/** What evaluations go by. */
export function assumptionsOfEvaluation(prediction: StepAssumptions, model: tf.LayersModel): StepAssumptions {
  const {lossFunctions, metricsTensors} = fieldsOf(model);
  return {...prediction, setting: [...prediction.setting, ...lossFunctions, ...metricsTensors.flat()]};
}

/** What training steps go by. */
export function assumptionsOfTraining(
  evaluation: StepAssumptions,
  model: tf.LayersModel,
  optimizer: OptimizerPlan,
): StepAssumptions {
  const {collectedTrainableWeights} = fieldsOf(model);
  // tfjs goes by the variable, at every step.
  const isTrained = collectedTrainableWeights.map((weight) => Number((weight.read() as tf.Variable).trainable));
  const slots = optimizer
    .slots()
    .flat()
    .map((slot) => slot?.variable);
  return {
    key: `${evaluation.key}/${isTrained.join('')}`,
    objects: [...evaluation.objects, ...slots],
    setting: [...evaluation.setting, optimizer, ...collectedTrainableWeights],
  };
}

/** True if two lists hold the same objects. */
export function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}
