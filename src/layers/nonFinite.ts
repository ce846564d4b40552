import * as tf from '@tensorflow/tfjs';
import {describeValue} from '../topology/describeValue.ts';
import {keptFor} from './keptFor.ts';
import {ensureBuilt} from './rebuildModel.ts';
import {sparseWeights} from './sparseWeights.ts';

/**
 * What to do about a training step whose loss is not finite. `throw`, `stop` and `skip` do not take the step: weights, optimizer
 * and moving averages stay as they are.
 *
 * - `throw`: an error says which model, and which loss.
 * - `stop`: `fit` ends after the batch, as if `model.stopTraining` had been set; a warning says why.
 * - `skip`: the training goes on with the next batch, and neither a scheduler nor a log counts the step. Also where the loss is finite
 *   but a gradient is not. The mean loss of the epoch tells of it: it is not finite.
 * - `ignore`: the step is taken, as by stock TensorFlow.js.
 */
export type NonFinitePolicy = 'throw' | 'stop' | 'skip' | 'ignore';

const POLICIES: readonly NonFinitePolicy[] = ['throw', 'stop', 'skip', 'ignore'];

interface Guard {
  chosen?: NonFinitePolicy;
  /** True once a scheduler was made for the model. */
  isScheduled?: boolean;
  /** From a step that was not taken to the next that is: who has asked about it. */
  refusedTo?: WeakSet<object> | undefined;
  /** A device's loss that is being read. */
  pending?: Promise<void> | undefined;
  /** A loss of an earlier step that a device has told by now. */
  told?: number | undefined;
}

const guards = keptFor<Guard>(() => ({}));

/**
 * Says what happens at a training step whose loss is NaN or infinite, in `fit`, `fitDataset` and `trainOnBatch`.
 *
 * On the backends `cpu` and `wasm` the loss is looked at before the weights change. Other backends tell the loss later: there
 * `throw` and `stop` act some steps after, at the latest at the end of the epoch, and `skip` is not to be had. Custom loops with an
 * optimizer of their own are not looked at.
 *
 * @param model   the model that is trained; it keeps its setting when it is compiled again
 * @param policy  see {@link NonFinitePolicy}. Without a call it is `throw` for the model of a scheduler, `ignore` for others
 * @throws TypeError if the model is none, or the policy none of the four
 *
 * @example
 * setNonFinite(model, 'skip'); // one bad batch must not end a night's training
 */
export function setNonFinite(model: tf.LayersModel, policy: NonFinitePolicy): void {
  if (!POLICIES.includes(policy)) {
    throw new TypeError(
      `setNonFinite: policy must be one of ${POLICIES.join(', ')}, received ${describeValue(policy)}. Choose one.`,
    );
  }
  ensureBuilt('setNonFinite', model);
  guards.of(model).chosen = policy;
}

/** Has steps of the model throw, unless something else is set: a scheduler begins to count them. */
export function guardScheduled(model: tf.LayersModel): void {
  Object.assign(guards.of(model), {isScheduled: true, refusedTo: undefined});
}

/** What is set for a model, or what holds without a setting. */
export function policyOf(model: tf.LayersModel): NonFinitePolicy {
  const {chosen, isScheduled} = guards.of(model);
  return chosen ?? (isScheduled ? 'throw' : 'ignore');
}

/** True if the model's latest training step was not taken; asked again by the same scheduler or log, false. */
export function takeRefusal(model: tf.LayersModel, asker: object): boolean {
  const {refusedTo} = guards.of(model);
  if (!refusedTo || refusedTo.has(asker)) return false;
  refusedTo.add(asker);
  return true;
}

/** Says that a step is taken. */
export function accept(model: tf.LayersModel): void {
  guards.of(model).refusedTo = undefined;
}

/**
 * Does what the policy says about a step that was not taken.
 *
 * @param outputs  loss and metrics of the step, which are disposed if this throws
 * @returns outputs
 */
export function refuse(model: tf.LayersModel, outputs: tf.Tensor[]): tf.Tensor[] {
  guards.of(model).refusedTo = new WeakSet();
  // By single ops its gradients were recorded before anyone knew.
  for (const {weight} of sparseWeights(model)) weight.probe.release();
  try {
    act(model, outputs[0].dataSync()[0]);
    return outputs;
  } catch (error) {
    tf.dispose(outputs);
    throw error;
  }
}

/**
 * Looks at the loss of a step on a device, without waiting for it: one at a time.
 *
 * @param loss  stays the caller's
 */
export function observe(model: tf.LayersModel, loss: tf.Tensor): void {
  const guard = guards.of(model);
  if (guard.pending || policyOf(model) === 'ignore') return;
  const own = tf.keep(loss.clone());
  guard.pending = own
    .data()
    .then(([value]) => {
      if (!Number.isFinite(value)) guard.told = value;
    })
    // A lost device has its own error.
    .catch(() => undefined)
    .finally(() => {
      own.dispose();
      guard.pending = undefined;
    });
}

/**
 * To be called before a step on a device: acts on what it has told since the last one.
 *
 * @throws Error if the policy is to skip steps
 */
export function beginDeviceStep(model: tf.LayersModel): void {
  if (policyOf(model) === 'skip') {
    throw new Error(
      `setNonFinite: policy 'skip' must be used on the backend cpu or wasm, received ${tf.getBackend()}. Choose 'stop' or 'throw'.`,
    );
  }
  const guard = guards.of(model);
  const {told} = guard;
  guard.told = undefined;
  if (told !== undefined) act(model, told);
}

/** Acts on the mean loss of an epoch, which is not finite if that of any step was not. */
export async function checkEpoch(model: tf.LayersModel, loss: tf.Scalar | undefined): Promise<void> {
  const policy = policyOf(model);
  if (!loss || policy === 'ignore') return;
  const [value] = await loss.data();
  if (Number.isFinite(value)) return;
  if (policy === 'throw') loss.dispose();
  act(model, value);
}

/** Throws, or stops a training that goes on. @param loss  that of a step or an epoch */
function act(model: tf.LayersModel, loss: number): void {
  const policy = policyOf(model);
  const message =
    `fit: the loss of model "${model.name}" must be finite, received ${loss}. Lower the learning rate, look for such numbers in the ` +
    "data, or say with setNonFinite(model, 'stop' | 'skip' | 'ignore') what else should happen.";
  if (policy === 'throw') throw new RangeError(message);
  if (policy !== 'stop' || model.stopTraining) return;
  console.warn(`itop: ${message}`);
  model.stopTraining = true;
}
