import * as tf from '@tensorflow/tfjs';
import type {TopologyUpdate} from '../topology/update.ts';
import {slotsOf} from './optimizerSlots.ts';
import type {SparseWeight} from './sparseWeight.ts';
import {replaceVariable, variableOf} from './tfjsInternals.ts';

/** A change of a sparse weight that is worked out, but not made. */
export interface PreparedCarry {
  /**
   * Brings the new values and slots to the device, within a tidy.
   *
   * @returns puts them and the topology in place, which takes no memory
   */
  stage(): () => void;
}

/**
 * Takes the values, the companions and the optimizer slots of a weight over to its new topology: what stays keeps its numbers, what is
 * new starts with `grownValues` and fresh slots.
 *
 * Worked out on the host: until {@link commitAll}, nothing more lies on the device.
 *
 * @param optimizer    the optimizer that trains the weight, if there is one
 * @param grownValues  values of the connections whose `source` is −1, in slot order
 * @param moved        `[nnz]`: values of the connections of the old topology. @defaultValue those that they have
 * @throws Error if the optimizer keeps state that cannot be carried
 */
export async function prepareCarry(
  weight: SparseWeight,
  {next, source}: Pick<TopologyUpdate, 'next' | 'source'>,
  optimizer: tf.Optimizer | undefined,
  grownValues: Float32Array,
  moved?: Float32Array,
): Promise<PreparedCarry> {
  const values = variableOf(weight.values);
  const slots = optimizer ? slotsOf(optimizer, values.name, weight.values.originalName) : [];
  const [nextValues, ...nextSlots] = await Promise.all([
    gatherBySource(moved ?? values.data<'float32'>(), source, grownValues),
    ...slots.map(({variable, initialValue}) =>
      gatherBySource(variable.data<'float32'>(), source, new Float32Array(grownValues.length).fill(initialValue)),
    ),
  ]);
  const companions = [...weight.companions.values()];
  const nextNumbers = companions.map((companion) => companion.carried(source, grownValues));
  return {
    stage() {
      const stagedValues = tf.tensor1d(nextValues);
      const stagedSlots = nextSlots.map((numbers) => tf.tensor1d(numbers));
      return () => {
        assign(values, stagedValues, (variable) => replaceVariable(weight.values, variable));
        slots.forEach((slot, i) => {
          assign(slot.variable, stagedSlots[i], slot.replace);
        });
        companions.forEach((companion, i) => {
          companion.numbers = nextNumbers[i];
        });
        weight.topology = next;
      };
    },
  };
}

/**
 * Makes all changes, or none if one of them fails: whatever can fail comes before the first is made.
 *
 * @param record  what belongs to the changes, and leaves everything as it is if it throws
 */
export function commitAll(carries: readonly PreparedCarry[], record: () => void = () => {}): void {
  tf.tidy(() => {
    const commits = carries.map((carry) => carry.stage());
    record();
    for (const commit of commits) commit();
  });
}

/** For each new slot the number that its connection had, or the next of the fresh ones. */
async function gatherBySource(
  numbers: Float32Array | Promise<Float32Array>,
  source: Int32Array,
  fresh: Float32Array,
): Promise<Float32Array> {
  const old = await numbers;
  const gathered = new Float32Array(source.length);
  for (let slot = 0, grown = 0; slot < source.length; slot++) {
    gathered[slot] = source[slot] >= 0 ? old[source[slot]] : fresh[grown++];
  }
  return gathered;
}

/** Same shape: a new value for the variable. Another shape: another variable of the same name in its place. */
export function assign(variable: tf.Variable, next: tf.Tensor, replace: (variable: tf.Variable) => void): void {
  if (tf.util.arraysEqual(variable.shape, next.shape)) {
    variable.assign(next);
  } else {
    const {name, trainable} = variable;
    const names = Object.keys(tf.engine().registeredVariables);
    variable.dispose();
    replace(tf.variable(next, trainable, name));
    restoreOrder(names);
  }
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
