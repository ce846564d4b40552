import * as tf from '@tensorflow/tfjs';

/** True within the function that `tf.grad`, `optimizer.minimize` and the like differentiate: ops are recorded. */
export function isTapeOn(): boolean {
  return (tf.engine() as unknown as {isTapeOn(): boolean}).isTapeOn();
}
