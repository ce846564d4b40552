import * as tf from '@tensorflow/tfjs';
import type {TopologyUpdate} from '../topology/update.ts';
import {slotsOf} from './optimizerSlots.ts';
import type {SparseWeight} from './sparseWeight.ts';
import {replaceVariable, variableOf} from './tfjsInternals.ts';

/** A change of a sparse weight that is worked out, but not made: nothing has happened before `commit`. */
export interface PreparedCarry {
  /** Puts the new values, slots and topology in place. */
  commit(): void;
  /** Releases what was prepared; the weight stays as it was. */
  discard(): void;
}

/**
 * Takes the values and the optimizer slots of a weight over to its new topology: what stays keeps its numbers, what is new
 * starts with `grownValues` and fresh slots.
 *
 * @param optimizer    the optimizer that trains the weight
 * @param grownValues  values of the connections whose `source` is −1, in slot order
 * @throws Error if the optimizer keeps state that cannot be carried
 */
export function prepareCarry(
  weight: SparseWeight,
  update: TopologyUpdate,
  optimizer: tf.Optimizer,
  grownValues: Float32Array,
): PreparedCarry {
  const values = variableOf(weight.values);
  const slots = slotsOf(optimizer, values.name, weight.values.originalName);
  const [nextValues, ...nextSlots] = tf.tidy(() => {
    const index = sourceIndex(update.source, weight.topology.nnz);
    const freshSlot = (initialValue: number) => tf.fill([grownValues.length], initialValue);
    return [
      gatherBySource(values, tf.tensor1d(grownValues), index),
      ...slots.map((slot) => gatherBySource(slot.variable, freshSlot(slot.initialValue), index)),
    ];
  });
  return {
    commit: () => {
      assign(values, nextValues, (variable) => replaceVariable(weight.values, variable));
      slots.forEach((slot, i) => {
        assign(slot.variable, nextSlots[i], slot.replace);
      });
      weight.topology = update.next;
    },
    discard: () => tf.dispose([nextValues, nextSlots]),
  };
}

/** For each new slot its place in the old values followed by the fresh ones. */
function sourceIndex(source: Int32Array, nnzBefore: number): tf.Tensor1D {
  let grown = 0;
  return tf.tensor1d(
    source.map((slot) => (slot >= 0 ? slot : nnzBefore + grown++)),
    'int32',
  );
}

function gatherBySource(old: tf.Tensor, fresh: tf.Tensor, index: tf.Tensor1D): tf.Tensor {
  return tf.gather(fresh.size === 0 ? old : tf.concat([old, fresh]), index);
}

/** Same shape: a new value for the variable. Another shape: another variable of the same name in its place. */
function assign(variable: tf.Variable, next: tf.Tensor, replace: (variable: tf.Variable) => void): void {
  if (tf.util.arraysEqual(variable.shape, next.shape)) {
    variable.assign(next);
  } else {
    const {name, trainable} = variable;
    const names = Object.keys(tf.engine().registeredVariables);
    variable.dispose();
    replace(tf.variable(next, trainable, name));
    restoreOrder(names);
  }
  next.dispose();
}

/** An optimizer that is given no list of variables takes all, in the order of their registration, and its slots with them. */
function restoreOrder(names: readonly string[]): void {
  const {registeredVariables} = tf.engine();
  for (const name of names) {
    const variable = registeredVariables[name];
    delete registeredVariables[name];
    registeredVariables[name] = variable;
  }
}
