import type * as tf from '@tensorflow/tfjs';
import {seedDropout} from '../fused/dropoutSource.ts';
import {decodeContainer, float32Of} from '../io/container.ts';
import type {RunLogState} from '../log/runLogState.ts';
import {checkFinite} from '../topology/checkFinite.ts';
import {checkKind, checkModel} from '../topology/checkKind.ts';
import type {DSTScheduler} from '../training/dstScheduler.ts';
import {commitAll} from '../weights/carry.ts';
import {prepareOptimizer} from '../weights/optimizerState.ts';
import {collectedWeights} from '../weights/tfjsInternals.ts';
import {CHECKPOINT_FORMAT, type CheckpointState, optimizerOf, stateOf, versionOf} from './checkpointState.ts';
import {comparableConfig, prepareModel, weightsOf} from './modelParts.ts';
import {withOwnNames} from './ownNames.ts';
import {type FileSource, type ReadOptions, readSource} from './store.ts';

/** What goes on from a checkpoint: made as it was for the training that was saved. */
export interface ResumedParts extends ReadOptions {
  /** The compiled model. Its weights and topologies may be any. */
  readonly model: tf.LayersModel;
  /** The scheduler, if the checkpoint has one. */
  readonly scheduler?: DSTScheduler;
  /** The optimizer, in a custom loop without `compile`. @defaultValue the model's */
  readonly optimizer?: tf.Optimizer;
}

/** What a checkpoint holds beside model, optimizer and scheduler. */
export interface LoadedCheckpoint {
  /** Tells it from others. */
  readonly id: string;
  /** Steps that the optimizer had made. */
  readonly step: number;
  /** The `data` that was saved; null if there was none. */
  readonly data: unknown;
  /** For `new RunLog(model, sink, {resume: log})`; undefined if no log was saved. */
  readonly log?: RunLogState;
}

/**
 * Puts a training back to where it was when it was saved: model, optimizer and scheduler go on from there, and the run is, bit for bit,
 * the one that never stopped, on the same backend.
 *
 * All of it happens, or nothing: what is damaged, or of another model, optimizer, method or training, is refused, and everything stays as
 * it is. Learning rates are restored; other settings of the optimizer must be the same, and of the scheduler those that `resume` compares.
 *
 * @param source   what the checkpoint was saved to, an address, a `File` or bytes
 * @throws RangeError if the file is larger than the limit
 * @throws Error if the file is no checkpoint, damaged, or of something else
 *
 * @example
 * const scheduler = new SETScheduler(model, options);
 * const {data} = await loadCheckpoint(folderStore('checkpoints'), {model, scheduler});
 */
export async function loadCheckpoint(source: FileSource, resumed: ResumedParts): Promise<LoadedCheckpoint> {
  const where = 'loadCheckpoint';
  checkKind(where, 'resumed', 'an object', resumed, 'Write {model, scheduler}.');
  const {model, scheduler} = resumed;
  checkModel(where, model);
  const optimizer = optimizerOf(where, resumed);
  await scheduler?.ready;
  const container = decodeContainer(await readSource(where, source, resumed), {where});
  const {weights, sparse} = weightsOf(where, model, versionOf(where, container, CHECKPOINT_FORMAT));
  const saved = stateOf(where, container);
  const {data} = saved;
  const state = withOwnNames(saved, saved.model.config, comparableConfig(model));
  const prepared = prepareModel(where, model, {weights, sparse}, state.model, container);
  checkScheduler(where, state, scheduler);
  const slots = [...container.parts]
    .filter(([name, {dtype}]) => name.startsWith('slots/') && dtype === 'F32')
    .map(([, part]) => float32Of(part));
  for (const slot of slots) checkFinite(where, 'numbers of the optimizer', slot);
  const trained = resumed.optimizer ? undefined : collectedWeights(model);
  const stepped = prepareOptimizer(where, optimizer, state.optimizer, slots, weights, prepared.shapes, trained);
  const own = new Map(sparse.map(({weight}, i) => [weight, prepared.topologies[i]]));
  const topologies = scheduler?.weights.map(({name, weight}) => own.get(weight) ?? foreign(where, name));
  const schedule = topologies && scheduler?.prepareRestore(state.scheduler!, topologies, state.optimizer.steps);
  commitAll([prepared, stepped]);
  schedule?.();
  seedDropout(model, state.dropout);
  const {
    log,
    optimizer: {steps: step},
  } = state;
  return {id: container.metadata.id, step, data, ...(log && {log})};
}

function checkScheduler(where: string, {scheduler: saved}: CheckpointState, own: DSTScheduler | undefined): void {
  if ((saved === null) === (own === undefined)) return;
  throw new Error(
    saved
      ? `${where}: scheduler must be given for a checkpoint that has one, received undefined. Make it with the options that it had.`
      : `${where}: scheduler must be left out for a checkpoint without one, received a scheduler. Save it with the model.`,
  );
}

function foreign(where: string, name: string): never {
  throw new Error(
    `${where}: scheduler must be that of the model, received one of another layer "${name}". Make it for this model.`,
  );
}
