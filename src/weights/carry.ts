import * as tf from '@tensorflow/tfjs';
import {newSlots, type TopologyUpdate} from '../topology/update.ts';
import {slotsOf} from './optimizerSlots.ts';
import type {SparseWeight} from './sparseWeight.ts';
import {assign, assignWeight, variableOf} from './tfjsInternals.ts';
import {stageOtherSlots} from './trainers.ts';

/** A change of a sparse weight that is worked out, but not made. */
export interface PreparedCarry {
  /**
   * Brings the new values and slots to the device, within a tidy.
   *
   * @returns puts them and the topology in place, which takes no memory
   */
  stage(): () => void;
}

/** A variable with a number for each connection. */
interface CarriedVariable {
  /** Of the connections of the old topology. */
  readonly numbers: Float32Array | Promise<Float32Array>;
  /** Of the new ones, in slot order. */
  readonly fresh: Float32Array;
  put(next: tf.Tensor): void;
}

/**
 * Takes the values, what else a weight has for each connection, and the optimizer slots of both over to its new topology: what stays
 * keeps its numbers, what is new starts with `grownValues` and fresh slots. So do the slots of all other optimizers that have trained
 * the weight.
 *
 * Worked out on the host: until {@link commitAll}, nothing more lies on the device.
 *
 * @param optimizer    the optimizer that trains the weight, if there is one
 * @param grownValues  values of the connections whose `source` is −1, in slot order
 * @param moved        `[nnz]`: values of the connections of the old topology. @defaultValue those that they have
 * @throws Error if the optimizer keeps state that cannot be carried, or the reparameterization cannot do with the new topology; so does
 * staging for the state of the others
 */
export async function prepareCarry(
  weight: SparseWeight,
  {next, source}: Pick<TopologyUpdate, 'next' | 'source'>,
  optimizer: tf.Optimizer | undefined,
  grownValues: Float32Array,
  moved?: Float32Array,
): Promise<PreparedCarry> {
  weight.reparameterization?.check?.(next);
  const carried = [
    ...carriedWith(weight.values, optimizer, grownValues, moved),
    ...weight.perConnection.flatMap(({weight, initial}) =>
      carriedWith(weight, optimizer, new Float32Array(grownValues.length).fill(initial)),
    ),
  ];
  const added = newSlots({source});
  const nextNumbers = await Promise.all(
    carried.map(({numbers, fresh}) => gatherBySource(numbers, source, added, fresh)),
  );
  return {
    stage() {
      const staged = nextNumbers.map((numbers) => tf.tensor1d(numbers));
      const putOthers = stageOtherSlots(weight, source, optimizer);
      // Only now, since somebody may have added one while numbers were read.
      const companions = [...weight.companions.values()];
      const nextOfCompanions = companions.map((companion) => companion.carried(source, grownValues));
      return () => {
        carried.forEach(({put}, i) => {
          put(staged[i]);
        });
        putOthers();
        companions.forEach((companion, i) => {
          companion.numbers = nextOfCompanions[i];
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

/**
 * To be called before the values of weights are read.
 *
 * @returns throws if somebody has changed them since, a training step for instance: what is worked out would undo that
 */
export function watchValues(where: string, weights: readonly SparseWeight[]): () => void {
  const before = weights.map(({variable}) => variable.dataId);
  return () => {
    if (weights.every(({variable}, i) => variable.dataId === before[i])) return;
    throw new Error(`${where}: weights must not change before the call has resolved. Await it before the next step.`);
  };
}

/** A weight with its optimizer slots. */
function carriedWith(
  weight: tf.LayerVariable,
  optimizer: tf.Optimizer | undefined,
  fresh: Float32Array,
  moved?: Float32Array,
): CarriedVariable[] {
  const variable = variableOf(weight);
  const slots = optimizer ? slotsOf(optimizer, variable.name, weight.originalName) : [];
  return [
    {
      numbers: moved ?? variable.data<'float32'>(),
      fresh,
      put: (next) => assignWeight(weight, next),
    },
    ...slots.map(({variable, initialValue}) => ({
      numbers: variable.data<'float32'>(),
      fresh: new Float32Array(fresh.length).fill(initialValue),
      put: (next: tf.Tensor) => assign(variable, next),
    })),
  ];
}

/** For each new slot the number that its connection had, or, where it was added, the next of the fresh ones. */
async function gatherBySource(
  numbers: Float32Array | Promise<Float32Array>,
  source: Int32Array,
  added: Int32Array,
  fresh: Float32Array,
): Promise<Float32Array> {
  const old = await numbers;
  const gathered = new Float32Array(source.length);
  // Those that were added read any number first: a branch would be taken at random, which a processor could not predict.
  for (let slot = 0; slot < source.length; slot++) gathered[slot] = old[Math.max(source[slot], 0)];
  for (let i = 0; i < added.length; i++) gathered[added[i]] = fresh[i];
  return gathered;
}
