import type * as tf from '@tensorflow/tfjs';

const reasonsOf = new WeakMap<tf.LayersModel, ReadonlyMap<string, string>>();

/** Keeps, for the summary, why layers of a model were left dense. */
export function rememberReasons(model: tf.LayersModel, reasons: ReadonlyMap<string, string>): void {
  reasonsOf.set(model, reasons);
}

/** Why a layer of a model is dense, as far as that is known. */
export function denseReason(model: tf.LayersModel, path: string): string {
  return reasonsOf.get(model)?.get(path) ?? 'a dense layer';
}
