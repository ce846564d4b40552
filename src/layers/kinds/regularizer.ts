import * as tf from '@tensorflow/tfjs';
import type {Regularizer} from '../../weights/tfjsInternals.ts';
import {isSparseLayer} from '../sparseLayer.ts';
import {isUntouched, rememberMethods} from './untouched.ts';

/** l1 · Σ|w| + l2 · Σw² */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** The regularizer of tfjs behind all its names. */
interface L1L2 extends Penalty {
  readonly hasL1: boolean;
  readonly hasL2: boolean;
}

const METHODS = ['apply'];
const stock = tf.regularizers.l1l2().constructor;
rememberMethods(stock, METHODS);

/** The penalty of a regularizer, zeros for none; undefined if it is not that of tfjs. */
export function penaltyOf(regularizer: Regularizer | null | undefined): Penalty | undefined {
  if (regularizer == null) return {l1: 0, l2: 0};
  if (regularizer.constructor !== stock || !isUntouched(regularizer, METHODS)) return undefined;
  const {l1, l2, hasL1, hasL2} = regularizer as unknown as L1L2;
  return {l1: hasL1 ? l1 : 0, l2: hasL2 ? l2 : 0};
}

/** The regularizers of a layer's weights. */
export function regularizersOf(layer: tf.layers.Layer): Regularizer[] {
  return namesOf(layer).map((name) => fieldsOf(layer)[name] as Regularizer);
}

/**
 * True if the regularizers of tfjs that a layer has are those that it was built with. Its losses use these, whatever is assigned to
 * the layer since; they are called to see it, without computing anything.
 */
export function hasRegularizersOfBuild(layer: tf.layers.Layer): boolean {
  const names = namesOf(layer);
  if (names.length === 0) return true;
  const applied: {regularizer: unknown; variable: unknown}[] = [];
  const {prototype} = stock as {prototype: {apply(variable: tf.Tensor): tf.Scalar}};
  const {apply} = prototype;
  prototype.apply = function (variable) {
    applied.push({regularizer: this, variable});
    return undefined as never;
  };
  try {
    for (const loss of layer.losses as unknown as (() => unknown)[]) loss();
  } finally {
    prototype.apply = apply;
  }
  return names.every((name) => {
    const variable = weightBeside(layer, name)?.read();
    const isThis = (one: (typeof applied)[0]) => one.variable === (variable ?? one.variable);
    return applied.some((one) => one.regularizer === fieldsOf(layer)[name] && isThis(one));
  });
}

const SUFFIX = 'Regularizer';

/** Names of the fields that hold regularizers. */
function namesOf(layer: tf.layers.Layer): string[] {
  const fields = fieldsOf(layer);
  return Object.keys(fields).filter((name) => name.endsWith(SUFFIX) && fields[name] != null);
}

/** The weight that a regularizer is named after. */
function weightBeside(layer: tf.layers.Layer, name: string): tf.LayerVariable | undefined {
  const weight = name.slice(0, -SUFFIX.length);
  if (weight === 'kernel' && isSparseLayer(layer)) return layer.sparseWeight.values;
  return fieldsOf(layer)[weight] as tf.LayerVariable | undefined;
}

function fieldsOf(layer: tf.layers.Layer): Readonly<Record<string, unknown>> {
  return layer as unknown as Readonly<Record<string, unknown>>;
}
