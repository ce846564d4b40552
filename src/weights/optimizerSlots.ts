import * as tf from '@tensorflow/tfjs';
import {collectedWeights, variableOf} from './tfjsInternals.ts';

/** The state that an optimizer keeps for one variable, for instance its momentum. */
export interface OptimizerSlot {
  readonly variable: tf.Variable;
  /** The value with which the optimizer starts a new element. */
  readonly initialValue: number;
}

/** How tfjs optimizers store a slot; all lists of one optimizer are in the order of its variables. */
interface SlotEntry {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

/** A list of them, as of one slot of all variables. */
export type SlotList = (SlotEntry | null | undefined)[];

/**
 * The slots that an optimizer holds for a variable; none before its first step.
 *
 * Known is every optimizer that keeps its state as those of tfjs do, in lists of `{originalName: '<variable>/<slot>',
 * variable}`; and an optimizer that wraps another one has the slots of both.
 *
 * @param variableName  `tf.Variable.name`
 * @param savedName     the name in files: loaded state goes by it, while the variable may have got another to be unique
 * @throws Error if an optimizer holds tensors in another form: they could not follow their connections
 */
export function slotsOf(optimizer: tf.Optimizer, variableName: string, savedName = variableName): OptimizerSlot[] {
  const initialValue = initialSlotValue(optimizer);
  const slots: OptimizerSlot[] = [];
  for (const [field, value] of Object.entries(optimizer)) {
    if (value != null && value instanceof tf.Optimizer) {
      slots.push(...slotsOf(value, variableName, savedName));
    } else if (isSlotList(value)) {
      slots.push(...entriesOf(value, variableName, savedName).map(({variable}) => ({variable, initialValue})));
    } else if (holdsTensors(value)) {
      throw new Error(
        `carry: optimizer must keep its state in lists of {originalName, variable}, received ${optimizer.getClassName()} ` +
          `with tensors in "${field}". Use an optimizer of tfjs, or store the state as they do.`,
      );
    }
  }
  return slots;
}

function initialSlotValue(optimizer: tf.Optimizer): number {
  // Adagrad divides by the root of its slot: a new connection starts with the optimizer's own initial value.
  return (optimizer as {initialAccumulatorValue?: number}).initialAccumulatorValue ?? 0;
}

function entriesOf(list: SlotList, variableName: string, savedName: string): readonly SlotEntry[] {
  const present = list.filter((entry) => entry != null);
  const entries = present.filter((entry) => variableOfSlot(entry) === variableName);
  if (entries.length > 0) return entries;
  // The model that was saved may have had a number of its own in the name of its variable: 'hidden/values_1'.
  return present.filter((entry) => variableOfSlot(entry).replace(/_\d+$/, '') === savedName);
}

/**
 * The index of the weight to which a slot belongs, by the names that {@link slotsOf} goes by.
 *
 * @throws Error if it belongs to none of them
 */
export function slotWeight(entry: Pick<SlotEntry, 'originalName'>, weights: readonly tf.LayerVariable[]): number {
  const name = variableOfSlot(entry);
  const byName = weights.findIndex((weight) => variableOf(weight).name === name);
  const index = byName < 0 ? weights.findIndex(({originalName}) => originalName === name.replace(/_\d+$/, '')) : byName;
  if (index >= 0) return index;
  throw new Error(
    `optimizer: slots must belong to the weights of the model, received one of "${name}". Use an optimizer for each model.`,
  );
}

/** The model for which an optimizer has slots, by its output, which stays when it is compiled again. */
const owners = new WeakMap<tf.Optimizer, tf.SymbolicTensor>();

/**
 * Looks at the optimizer of a model, if it is compiled: it knows slots by their place.
 *
 * @throws Error if it has slots of another model there: they could not follow the connections of this one
 */
export function checkOwnSlots(model: tf.LayersModel): void {
  const {optimizer} = model;
  const [output] = model.outputs;
  const trained = collectedWeights(model) ?? [];
  for (const list of Object.values(optimizer ?? {}).filter(isSlotList)) {
    for (const [i, entry] of list.entries()) {
      if (!entry || !trained[i]) continue;
      const owner = owners.get(optimizer) ?? output;
      // Layers of two models may have the same names.
      slotWeight(entry, owner === output ? [trained[i]] : []);
      owners.set(optimizer, output);
    }
  }
}

function variableOfSlot(entry: Pick<SlotEntry, 'originalName'>): string {
  return entry.originalName.slice(0, entry.originalName.lastIndexOf('/'));
}

/** Entries may be missing: an optimizer fills its lists as gradients come in. Before the first step they are empty. */
export function isSlotList(value: unknown): value is SlotList {
  return (
    Array.isArray(value) &&
    value.every(
      (entry) => entry == null || (entry.variable instanceof tf.Variable && typeof entry.originalName === 'string'),
    )
  );
}

/** True for a tensor with more than one element, and for collections with one inside. */
export function holdsTensors(value: unknown): boolean {
  if (value instanceof tf.Tensor) return value.size > 1;
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
    return [...value.values()].some(holdsTensors);
  }
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.values(value).some(holdsTensors);
  }
  return false;
}
