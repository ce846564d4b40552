import type * as tf from '@tensorflow/tfjs';
import type {Regularizer} from '../weights/tfjsInternals.ts';
import {NotCovered} from './notCovered.ts';

/** l1 · Σ|w| + l2 · Σw² */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/**
 * The penalty of a regularizer, zeros for none.
 *
 * @throws NotCovered if it is none of tfjs
 */
export function penaltyOf(layer: tf.layers.Layer, regularizer: Regularizer | null): Penalty {
  if (!regularizer) return {l1: 0, l2: 0};
  const {l1, l2} = regularizer as unknown as Partial<Penalty>;
  const className = (regularizer as {getClassName?(): string}).getClassName?.();
  if (className !== 'L1L2') throw new NotCovered(`layer "${layer.name}" has a regularizer of its own`);
  return {l1: l1!, l2: l2!};
}
