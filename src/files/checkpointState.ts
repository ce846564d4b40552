import type * as tf from '@tensorflow/tfjs';
import type {Container} from '../io/container.ts';
import {jsonOf} from '../io/container.ts';
import type {RunLogState} from '../log/runLogState.ts';
import {describeValue} from '../topology/describeValue.ts';
import {isCount, isObject} from '../topology/foreignValue.ts';
import {isRandomState, type RandomState} from '../topology/random.ts';
import type {SchedulerState} from '../training/schedulerState.ts';
import {isOptimizerState, type OptimizerState} from '../weights/optimizerState.ts';
import type {FileVersion, SavedModel} from './modelParts.ts';

/** What tells a checkpoint from other files, and its layout from others. */
export const CHECKPOINT_FORMAT = {format: 'itop-checkpoint', version: '2'} as const;

/** The part `state` of a checkpoint; weights, places and slots are parts of their own. */
export interface CheckpointState {
  readonly model: SavedModel;
  readonly optimizer: OptimizerState;
  readonly dropout: RandomState;
  readonly scheduler: SchedulerState | null;
  readonly log: RunLogState | null;
  readonly data: unknown;
}

/** The optimizer of a checkpoint's model. */
export function optimizerOf(
  where: string,
  {model, optimizer = model.optimizer}: {readonly model: tf.LayersModel; readonly optimizer?: tf.Optimizer},
): tf.Optimizer {
  if (optimizer) return optimizer;
  throw new Error(
    `${where}: model must be compiled, received "${model.name}" without an optimizer. Call model.compile() first, or pass the optimizer ` +
      'of your own loop.',
  );
}

/**
 * The version of a container.
 *
 * @throws Error unless it has the format that is asked for, in a version that is known
 */
export function versionOf(where: string, {metadata}: Container, {format}: {readonly format: string}): FileVersion {
  const {version} = metadata;
  if (metadata.format === format && (version === '1' || version === '2')) return version;
  throw new Error(
    `${where}: source must be of the format ${format}, version 1 or 2, received ${describeValue(metadata.format)}, version ` +
      `${describeValue(version)}. Load it with the version of itop and the function that belong to it.`,
  );
}

/** The state in a checkpoint. @throws Error if it is none */
export function stateOf(where: string, {parts}: Container): CheckpointState {
  const part = parts.get('state');
  const state = part && jsonOf(part);
  if (isCheckpointState(state)) return state;
  throw new Error(
    `${where}: source must hold the state that was saved, received ${describeValue(state)}. It was damaged: load it again, or use an earlier one.`,
  );
}

function isCheckpointState(state: unknown): state is CheckpointState {
  if (!isObject(state)) return false;
  const {model, optimizer, dropout, scheduler, log} = state;
  return (
    isSavedModel(model) &&
    isOptimizerState(optimizer) &&
    isRandomState(dropout) &&
    (scheduler === null || isObject(scheduler)) &&
    (log === null || isObject(log)) &&
    'data' in state
  );
}

/** True for what a file says of a model. */
export function isSavedModel(model: unknown): model is SavedModel {
  if (!isObject(model)) return false;
  const {config, weights, sparse} = model;
  return (
    isObject(config) &&
    Array.isArray(weights) &&
    weights.every((name) => typeof name === 'string') &&
    Array.isArray(sparse) &&
    sparse.every(
      (layer) =>
        isObject(layer) &&
        typeof layer.name === 'string' &&
        Array.isArray(layer.shape) &&
        layer.shape.every(isCount) &&
        isCount(layer.nnz) &&
        (layer.random === undefined || isRandomState(layer.random)),
    )
  );
}
