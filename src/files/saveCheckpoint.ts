import type * as tf from '@tensorflow/tfjs';
import {dropoutState} from '../fused/dropoutSource.ts';
import {encodeContainer, jsonOf, jsonPart, MOST_LEVELS, partOf} from '../io/container.ts';
import type {RunLog} from '../log/runLog.ts';
import {checkFinite} from '../topology/checkFinite.ts';
import {checkKind, checkModel, checkNames, type OptionNames} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import type {DSTScheduler} from '../training/dstScheduler.ts';
import {areAdded} from '../training/strategyCompanions.ts';
import {readOptimizer} from '../weights/optimizerState.ts';
import {collectedWeights} from '../weights/tfjsInternals.ts';
import {CHECKPOINT_FORMAT, type CheckpointState, optimizerOf} from './checkpointState.ts';
import {firstDifference} from './firstDifference.ts';
import {readModel, weightsOf} from './modelParts.ts';
import {checkTarget, type FileTarget, writeTarget} from './store.ts';

/** What a checkpoint is made of. */
export interface CheckpointParts {
  /** A compiled model, sparse or not. */
  readonly model: tf.LayersModel;
  /** The model's scheduler; leave it out only where there is none. */
  readonly scheduler?: DSTScheduler;
  /** The log of the training. @defaultValue none */
  readonly log?: RunLog;
  /**
   * What else the training needs to go on, as plain JSON, without maps and typed arrays: the epoch, `random.state()` of the order of
   * the data. −0 becomes 0.
   *
   * @defaultValue nothing
   */
  readonly data?: unknown;
  /** The optimizer that trains the model, in a custom loop without `compile`. @defaultValue the model's */
  readonly optimizer?: tf.Optimizer;
}

/** The names of these. */
export const CHECKPOINT_NAMES: OptionNames<CheckpointParts> = {model: 1, scheduler: 1, log: 1, data: 1, optimizer: 1};

/**
 * Saves a training between two steps, all of it in one file: weights, topologies, the optimizer's state bit for bit, the scheduler with
 * tracker, signals and random state, the masks of dropout and the draws of reparameterizations that come next, the place in the log, and what
 * you add.
 *
 * @param target  `fileStore(path)` or `folderStore(path)` of `itop/node`, `indexedDBStore(name)`, `downloadStore(name)`, or an IO handler
 * @returns the id of the checkpoint
 * @throws TypeError if `data` is no plain JSON
 * @throws RangeError if a weight or a number of the optimizer is not finite
 * @throws Error if the optimizer keeps its state in another form than those of tfjs, or the target cannot be written
 *
 * @example
 * await saveCheckpoint(folderStore('checkpoints'), {model, scheduler, data: {epoch, random: random.state()}});
 */
export async function saveCheckpoint(target: FileTarget, checkpoint: CheckpointParts): Promise<string> {
  const where = 'saveCheckpoint';
  checkTarget(where, target);
  checkKind(where, 'checkpoint', 'an object', checkpoint, 'Write {model, scheduler}.');
  checkNames(where, checkpoint, CHECKPOINT_NAMES);
  const {model, scheduler, log} = checkpoint;
  checkModel(where, model);
  const data = copyOf(where, checkpoint.data ?? null);
  const optimizer = optimizerOf(where, checkpoint);
  // What is there already is read at the call: what follows it may change all.
  if (scheduler && !areAdded(scheduler.ready)) await scheduler.ready;
  const {weights} = weightsOf(where, model);
  const id = crypto.randomUUID();
  const rest = {
    dropout: dropoutState(model),
    scheduler: scheduler ? scheduler.toJSON() : null,
    log: log ? log.toJSON() : null,
    data,
  };
  const [{saved, parts}, {state, slots}] = await Promise.all([
    readModel(where, model),
    readOptimizer(optimizer, weights, checkpoint.optimizer ? undefined : collectedWeights(model)),
  ]);
  for (const numbers of [Object.values(state.scalars), ...slots]) {
    checkFinite(where, 'numbers of the optimizer', numbers);
  }
  const content: CheckpointState = {model: saved, optimizer: state, ...rest};
  const slotParts = slots.map((slot, i) => [`slots/${i}`, partOf(slot, [slot.length])] as const);
  const file = encodeContainer({
    metadata: {...CHECKPOINT_FORMAT, id},
    parts: new Map([['state', jsonPart(content)], ...parts, ...slotParts]),
  });
  await writeTarget(where, target, file);
  return id;
}

/** The user's data as it is now. @throws TypeError unless it is plain JSON */
function copyOf(where: string, data: unknown): unknown {
  let copy: unknown;
  try {
    copy = jsonOf(jsonPart({data}));
  } catch {
    copy = undefined;
  }
  const difference = copy === undefined ? {path: ['data'], saved: data} : firstDifference({data}, copy);
  if (!difference) return (copy as {data: unknown}).data;
  throw new TypeError(
    `${where}: data must be plain JSON of less than ${MOST_LEVELS} levels, received ${describeClass(difference.saved)} as ` +
      `${difference.path.join('.')}. Save numbers, texts, lists and objects of them.`,
  );
}

/** As {@link describeValue}, but for objects of a class, which JSON would show as others, its name. */
function describeClass(value: unknown): string {
  const name = (value as {constructor?: {name?: string}} | null | undefined)?.constructor?.name;
  return typeof value !== 'object' || !name || ['Object', 'Array'].includes(name)
    ? describeValue(value)
    : `one of the class ${name}`;
}
