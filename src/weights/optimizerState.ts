import * as tf from '@tensorflow/tfjs';
import {describeValue} from '../topology/describeValue.ts';
import {isObject} from '../topology/foreignValue.ts';
import {sizeOf} from '../topology/positions.ts';
import {holdsTensors, isSlotList, type SlotList, slotWeight} from './optimizerSlots.ts';
import {assign, type OptimizerFields, setLearningRate, variableOf} from './tfjsInternals.ts';

/** A number that an optimizer is made with or counts. */
type Setting = number | boolean | string | null;

/** A slot in a list: whose it is, and what the optimizer calls it. */
export interface SavedSlot {
  /** Index of its weight among those that the optimizer trains. */
  readonly weight: number;
  /** For instance 'momentum'. */
  readonly name: string;
}

/** What an optimizer keeps, by the path of its fields; the numbers of the slots are apart, in the order of the lists. */
export interface OptimizerState {
  /** Its class. */
  readonly className: string;
  /** Steps that it has made. */
  readonly steps: number;
  /** Learning rates and counts, which are restored, and all others, which must be the same. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Numbers that it holds as tensors, for instance the powers of Adam's betas. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Lists of slots, null where one is missing. */
  readonly lists: Readonly<Record<string, readonly (SavedSlot | null)[]>>;
  /** Indices of the weights that a compiled model trains, in the order of the lists. Left out in a loop of the user's, and in old files. */
  readonly trained?: readonly number[];
}

/** Fields that a training changes, and that are therefore restored. */
const RESTORED = /(^|\.)(learningRate|iterations_)$/;
/** −learningRate of SGD and momentum, a tensor that is no variable. */
const RATE = /(^|\.)c$/;

interface Field {
  readonly owner: tf.Optimizer;
  readonly path: string;
  readonly key: string;
  readonly value: unknown;
}

/**
 * Reads what an optimizer keeps for weights: all of it, bit for bit, for every optimizer of tfjs and for those that store their state
 * in the same way, as it is at the moment of the call. The `getWeights` of tfjs leaves out the powers of Adam, and Adamax has none.
 *
 * @param weights  those that it trains, at least
 * @param trained  those that it trains, if that is known
 * @returns the state, and the numbers of each slot in the order of the lists
 * @throws Error if it keeps tensors in another form, or for other weights
 */
export async function readOptimizer(
  optimizer: tf.Optimizer,
  weights: readonly tf.LayerVariable[],
  trained: readonly tf.LayerVariable[] | undefined,
): Promise<{readonly state: OptimizerState; readonly slots: readonly Float32Array[]}> {
  const settings: Record<string, Setting> = {};
  const scalars: Record<string, number> = {};
  const lists: Record<string, (SavedSlot | null)[]> = {};
  const slots: Promise<Float32Array>[] = [];
  const reads: Promise<void>[] = [];
  for (const {path, value} of fieldsOf(optimizer)) {
    if (isScalar(value)) {
      reads.push(
        value.data().then(([number]) => {
          scalars[path] = number;
        }),
      );
    } else if (isSlotList(value)) {
      lists[path] = Array.from(value, (entry) => {
        if (!entry) return null;
        slots.push(entry.variable.data<'float32'>());
        return {
          weight: slotWeight(entry, weights),
          name: entry.originalName.slice(entry.originalName.lastIndexOf('/') + 1),
        };
      });
    } else if (isSetting(value)) {
      settings[path] = value;
    }
  }
  const state = {
    className: optimizer.getClassName(),
    steps: optimizer.iterations,
    settings,
    scalars,
    lists,
    ...(trained && {trained: trained.map((weight) => weights.indexOf(weight))}),
  };
  await Promise.all(reads);
  return {state, slots: await Promise.all(slots)};
}

/** True for what {@link readOptimizer} returned as a state, read from a file. */
export function isOptimizerState(state: unknown): state is OptimizerState {
  if (!isObject(state)) return false;
  const {className, steps, settings, scalars, lists, trained = []} = state;
  const isSlot = (slot: unknown) =>
    slot === null || (isObject(slot) && Number.isSafeInteger(slot.weight) && typeof slot.name === 'string');
  return (
    typeof className === 'string' &&
    Number.isSafeInteger(steps) &&
    isObject(settings) &&
    Object.values(settings).every(isSetting) &&
    isObject(scalars) &&
    Object.values(scalars).every(Number.isFinite) &&
    isObject(lists) &&
    Object.values(lists).every((list) => Array.isArray(list) && list.every(isSlot)) &&
    Array.isArray(trained) &&
    trained.every(Number.isSafeInteger)
  );
}

/** Something to restore that is worked out, but not done; as `PreparedCarry`. */
export interface PreparedRestore {
  stage(): () => void;
}

/**
 * Checks that an optimizer can go on from a saved state, and prepares it.
 *
 * @param where    the function that the user called, for messages
 * @param slots    numbers of the slots, in the order of the lists
 * @param shapes   of the weights as they are saved
 * @param trained  as of {@link readOptimizer}
 * @throws Error if the optimizer is of another class or has other settings, or the state is damaged
 */
export function prepareOptimizer(
  where: string,
  optimizer: tf.Optimizer,
  {className, settings, scalars, lists, trained: trainedBefore}: OptimizerState,
  slots: readonly Float32Array[],
  weights: readonly tf.LayerVariable[],
  shapes: readonly (readonly number[])[],
  trained: readonly tf.LayerVariable[] | undefined,
): PreparedRestore {
  const differ = (what: string, saved: unknown, own: unknown): never => {
    throw new Error(
      `${where}: optimizer must have the ${what} ${describeValue(saved)} as in the file, received ${describeValue(own)}. ` +
        'Compile the model as it was when it was saved.',
    );
  };
  if (optimizer.getClassName() !== className) differ('class', className, optimizer.getClassName());
  for (let i = 0; trainedBefore && trained && i < Math.max(trainedBefore.length, trained.length); i++) {
    const before = weights[trainedBefore[i]];
    if (trained[i] !== before) differ(`weight ${i} to train`, before?.originalName, trained[i]?.originalName);
  }
  const fields = fieldsOf(optimizer);
  const own = new Map(fields.map((field) => [field.path, field]));
  for (const path of [...Object.keys(settings), ...Object.keys(scalars), ...Object.keys(lists)]) {
    if (!own.has(path)) differ(`field ${path}`, 'something', undefined);
  }
  const commits: ((() => void) | (() => () => void))[] = [];
  const stages: (() => () => void)[] = [];
  let used = 0;
  for (const field of fields) {
    const {owner, path, key, value} = field;
    if (isScalar(value)) {
      const saved = scalars[path];
      if (typeof saved !== 'number') differ(`number ${path}`, saved, value.dataSync()[0]);
      if (value instanceof tf.Variable) stages.push(() => stageScalar(value, saved));
      else if (RATE.test(path)) commits.push(() => setLearningRate(owner, -saved));
      else if (value.dataSync()[0] !== saved) differ(path, saved, value.dataSync()[0]);
    } else if (isSlotList(value)) {
      const list = lists[path];
      if (!Array.isArray(list)) return differ(`slots ${path}`, list, value.length);
      const numbers = list.map((slot) => (slot ? slots[used++] : undefined));
      list.forEach((slot, i) => {
        const shape = slot ? shapes[slot.weight] : undefined;
        if (slot && (!shape || numbers[i]?.length !== sizeOf(shape))) {
          differ(`slot "${slot.name}"`, shape, numbers[i]?.length);
        }
      });
      stages.push(() => stageList(value, list, numbers, weights, shapes));
    } else if (isSetting(value)) {
      const saved = settings[path];
      if (!RESTORED.test(path) && saved !== value) differ(path, saved, value);
      if (RESTORED.test(path)) {
        if (typeof saved !== 'number') differ(path, saved, value);
        // After setLearningRate, which sets the field, too.
        commits.push(() => Reflect.set(owner, key, saved));
      }
    }
  }
  if (used !== slots.length) differ('number of slots', slots.length, used);
  return {
    stage() {
      const staged = stages.map((stage) => stage());
      return () => {
        for (const commit of [...staged, ...commits]) commit();
      };
    },
  };
}

function stageScalar(variable: tf.Variable, saved: number): () => void {
  const next = tf.scalar(saved);
  return () => variable.assign(next);
}

/** Slots that are there take their numbers, others are made or given up. */
function stageList(
  list: SlotList,
  saved: readonly (SavedSlot | null)[],
  numbers: readonly (Float32Array | undefined)[],
  weights: readonly tf.LayerVariable[],
  shapes: readonly (readonly number[])[],
): () => void {
  const tensors = saved.map((slot, i) => slot && tf.tensor(numbers[i]!, [...shapes[slot.weight]]));
  return () => {
    for (const entry of list.splice(saved.length)) entry?.variable.dispose();
    saved.forEach((slot, i) => {
      const entry = list[i];
      if (!slot) {
        entry?.variable.dispose();
        list[i] = null;
        return;
      }
      const originalName = `${variableOf(weights[slot.weight]).name}/${slot.name}`;
      if (entry) assign(entry.variable, tensors[i]!);
      list[i] = {originalName, variable: entry?.variable ?? tf.variable(tensors[i]!, false)};
    });
  };
}

/** The fields of an optimizer that are part of its state, those of one inside it included. */
function fieldsOf(optimizer: tf.Optimizer, prefix = ''): Field[] {
  void optimizer.iterations; // tfjs makes the field when it is first asked for
  return Object.entries(optimizer as unknown as OptimizerFields).flatMap(([key, value]) => {
    const path = prefix + key;
    if (value !== null && value instanceof tf.Optimizer) return fieldsOf(value, `${path}.`);
    if (isScalar(value) || isSlotList(value) || isSetting(value)) return [{owner: optimizer, path, key, value}];
    if (!holdsTensors(value)) return [];
    throw new Error(
      `optimizer: ${optimizer.getClassName()} must keep its state in lists of {originalName, variable}, received tensors in ` +
        `"${path}". Use an optimizer of tfjs, or store the state as they do.`,
    );
  });
}

function isScalar(value: unknown): value is tf.Scalar {
  return value instanceof tf.Tensor && value.size === 1;
}

function isSetting(value: unknown): value is Setting {
  return value === null || ['number', 'boolean', 'string'].includes(typeof value);
}
