import * as tf from '@tensorflow/tfjs';
import {slotsOf} from './optimizerSlots.ts';
import type {SparseWeight} from './sparseWeight.ts';
import {assign, variableOf} from './tfjsInternals.ts';

/** Of each variable the optimizers that have taken a step on it, as long as somebody holds them. */
const trainers = new WeakMap<tf.Variable, Set<WeakRef<tf.Optimizer>>>();
const references = new WeakMap<tf.Optimizer, WeakRef<tf.Optimizer>>();

/** Remembers that an optimizer takes a step on variables. */
export function noteTrainer(optimizer: tf.Optimizer, variables: readonly tf.Variable[]): void {
  const reference = references.get(optimizer) ?? new WeakRef(optimizer);
  references.set(optimizer, reference);
  for (const variable of variables) {
    const known = trainers.get(variable);
    if (known) known.add(reference);
    else trainers.set(variable, new Set([reference]));
  }
}

/** Has the optimizers of tfjs that keep slots say from now on what they train, in loops of the user's, too. */
export function noteTrainersByOps(): void {
  const adaptive = [tf.AdadeltaOptimizer, tf.AdagradOptimizer, tf.AdamOptimizer, tf.AdamaxOptimizer];
  const classes: readonly {prototype: tf.Optimizer}[] = [...adaptive, tf.MomentumOptimizer, tf.RMSPropOptimizer];
  for (const {prototype} of classes) {
    const {applyGradients} = prototype;
    prototype.applyGradients = function (this: tf.Optimizer, gradients) {
      const names = Array.isArray(gradients) ? gradients.map(({name}) => name) : Object.keys(gradients);
      const {registeredVariables} = tf.engine();
      const variables = names.flatMap((name) => registeredVariables[name] ?? []);
      noteTrainer(this, variables);
      applyGradients.call(this, gradients);
    };
  }
}

/**
 * Brings the slots that all optimizers but one keep for a weight to where its connections go, within a tidy: a second optimizer that
 * trains the same layer must not find its momenta at other connections.
 *
 * @param source  `[next nnz]`: the slot in which a connection is now, −1 for a new one
 * @param own     the optimizer that is taken care of
 * @returns puts them in place, which takes no memory
 * @throws Error if one of them keeps state in another form than {@link slotsOf} knows
 */
export function stageOtherSlots(weight: SparseWeight, source: Int32Array, own?: tf.Optimizer): () => void {
  // Each once: an optimizer inside another one is a trainer, too.
  const slots = new Map<tf.Variable, number>();
  for (const trained of [weight.values, ...weight.perConnection.map(({weight}) => weight)]) {
    const {originalName} = trained;
    const variable = variableOf(trained);
    const slotsIn = (optimizer: tf.Optimizer) => slotsOf(optimizer, variable.name, originalName);
    for (const slot of trainersOf(variable).flatMap(slotsIn)) slots.set(slot.variable, slot.initialValue);
    for (const slot of own ? slotsIn(own) : []) slots.delete(slot.variable);
  }
  const kept = [...slots].filter(([variable]) => !variable.isDisposed);
  if (kept.length === 0) return () => {};
  const {nnz} = weight.topology;
  const places = tf.tensor1d(source.map((slot) => (slot < 0 ? nnz : slot)));
  const staged = kept.map(([variable, initialValue]) => {
    return [variable, tf.gather(tf.concat([variable, tf.tensor1d([initialValue])]), places)] as const;
  });
  return () => {
    for (const [variable, next] of staged) assign(variable, next);
  };
}

function trainersOf(variable: tf.Variable): tf.Optimizer[] {
  return [...(trainers.get(variable) ?? [])].flatMap((reference) => reference.deref() ?? []);
}
