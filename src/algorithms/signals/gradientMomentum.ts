import {describeValue} from '../../topology/describeValue.ts';
import type {GradientSignal} from '../types.ts';

/**
 * The momentum of all positions, active or not: m ← β·m + g at every step of the training. What sparse momentum grows and
 * redistributes by.
 *
 * It is kept apart from the optimizer's momentum, which active connections have only. The gradient at all positions is computed at
 * every step, as long as updates follow. Memory: 4 bytes per position of the dense weights.
 *
 * @param beta  in [0, 1)
 * @throws RangeError if `beta` is out of range
 * @see Dettmers & Zettlemoyer 2019, "Sparse Networks from Scratch", §3, https://arxiv.org/abs/1907.04840
 */
export function gradientMomentum(beta = 0.9): GradientSignal {
  if (!(Number.isFinite(beta) && beta >= 0 && beta < 1)) {
    throw new RangeError(
      `gradientMomentum: beta must be in [0, 1), received ${describeValue(beta)}. Give the share of the momentum that stays.`,
    );
  }
  return {
    name: `gradientMomentum(${beta})`,
    steps: Number.POSITIVE_INFINITY,
    fold(state, gradient) {
      for (let i = 0; i < state.length; i++) state[i] = beta * state[i] + gradient[i];
    },
  };
}
