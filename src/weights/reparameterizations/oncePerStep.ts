import type * as tf from '@tensorflow/tfjs';

/** What the values and the state of a layer were after the first call of a training step: every step gives the values other data. */
const begun = new WeakMap<tf.Variable, {readonly values: object; readonly state: object}>();

/**
 * Changes a state of a layer once in a training step: at the first call of the layer, which may be shared and called again.
 *
 * @param values  that the optimizer trains
 * @param state   not trained; where it was put back since, the step begins again
 * @param begin   assigns `state`
 */
export function oncePerStep(values: tf.Tensor, state: tf.Variable, begin: () => void): void {
  const last = begun.get(state);
  if (last?.values === values.dataId && last.state === state.dataId) return;
  begin();
  begun.set(state, {values: values.dataId, state: state.dataId});
}
