import type * as tf from '@tensorflow/tfjs';

/**
 * Something kept for a model for as long as the model lives, also when it is compiled again: then a Sequential makes another
 * `LayersModel` inside it, but the symbolic tensor of its output stays.
 *
 * @param make  makes what is kept, when it is first asked for
 */
export function keptFor<Value>(make: (model: tf.LayersModel) => Value): {of(model: tf.LayersModel): Value} {
  const values = new WeakMap<object, Value>();
  return {
    of(model) {
      const key = model.outputs?.[0] ?? model;
      const value = values.get(key) ?? make(model);
      values.set(key, value);
      return value;
    },
  };
}
