import * as tf from '@tensorflow/tfjs';
import type {Regularizer} from '../../weights/tfjsInternals.ts';
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
  const fields = layer as unknown as Record<string, Regularizer | null>;
  const names = Object.keys(fields).filter((name) => name.endsWith('Regularizer') && fields[name] != null);
  return names.map((name) => fields[name]!);
}
