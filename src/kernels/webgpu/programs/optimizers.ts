import type {GpuProgram} from '../gpu.ts';
import {elementwise} from './elementwise.ts';

/** What a step of an optimizer computes, one program for each: its slots in order, then the values. */
interface OptimizerPrograms {
  readonly slots: readonly GpuProgram[];
  readonly values: GpuProgram;
}

/**
 * The optimizers of tfjs. `hyper` holds: SGD the learning rate; momentum the rate, the momentum, and 1 for Nesterov's; Adam the
 * rate, β₁, 1 − β₁, β₂, 1 − β₂, ε, 1 − β₁ᵗ, 1 − β₂ᵗ; RMSProp the rate, the decay, 1 − the decay, the momentum, ε.
 */
export const optimizerPrograms: Readonly<Record<'sgd' | 'momentum' | 'adam' | 'rmsprop', OptimizerPrograms>> = {
  sgd: {
    slots: [],
    values: elementwise('sgdValues', ['values', 'gradient', 'hyper'], 'values[at] - hyper[0] * gradient[at]'),
  },
  momentum: {
    slots: [elementwise('momentumSlot', ['slot0', 'gradient', 'hyper'], 'hyper[1] * slot0[at] + gradient[at]')],
    values: elementwise(
      'momentumValues',
      ['values', 'gradient', 'slot0', 'hyper'],
      'values[at] - hyper[0] * select(slot0[at], gradient[at] + hyper[1] * slot0[at], hyper[2] == 1.0)',
    ),
  },
  adam: {
    slots: [
      elementwise('adamMoment1', ['slot0', 'gradient', 'hyper'], 'hyper[1] * slot0[at] + hyper[2] * gradient[at]'),
      elementwise(
        'adamMoment2',
        ['slot1', 'gradient', 'hyper'],
        'hyper[3] * slot1[at] + hyper[4] * gradient[at] * gradient[at]',
      ),
    ],
    values: elementwise(
      'adamValues',
      ['values', 'slot0', 'slot1', 'hyper'],
      'values[at] - hyper[0] * (slot0[at] / hyper[6]) / (sqrt(slot1[at] / hyper[7]) + hyper[5])',
    ),
  },
  rmsprop: {
    slots: [
      elementwise(
        'rmspropSquare',
        ['slot0', 'gradient', 'hyper'],
        'hyper[1] * slot0[at] + hyper[2] * gradient[at] * gradient[at]',
      ),
      elementwise(
        'rmspropMoment',
        ['slot1', 'gradient', 'slot0', 'hyper'],
        'hyper[3] * slot1[at] + hyper[0] * gradient[at] / sqrt(slot0[at] + hyper[4])',
      ),
    ],
    values: elementwise('rmspropValues', ['values', 'slot1'], 'values[at] - slot1[at]'),
  },
};
