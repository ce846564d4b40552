import type {GpuProgram} from '../gpu.ts';
import {elementwise} from './elementwise.ts';

/**
 * A step of an optimizer: one program for the new values, which writes the new slots besides, `next0` and so on.
 *
 * @param slots   the formulas of the new slots, each of which may name those before it
 * @param values  the formula of the new values
 */
function optimizer(name: string, slots: readonly string[], values: string): GpuProgram {
  const olds = slots.map((_, i) => `slot${i}`);
  const further = slots.map((_, i) => `next${i}`);
  const prepare = slots.map((formula, i) => `let new${i} = ${formula}; next${i}[at] = new${i};`).join('\n      ');
  return elementwise(name, ['values', 'gradient', ...olds, 'hyper'], values, {prepare, further});
}

/**
 * The optimizers of tfjs. `hyper` holds: SGD the learning rate; momentum the rate, the momentum, and 1 for Nesterov's; Adam the
 * rate, β₁, 1 − β₁, β₂, 1 − β₂, ε, 1 − β₁ᵗ, 1 − β₂ᵗ; RMSProp the rate, the decay, 1 − the decay, the momentum, ε.
 */
export const optimizerPrograms: Readonly<Record<'sgd' | 'momentum' | 'adam' | 'rmsprop', GpuProgram>> = {
  sgd: optimizer('sgd', [], 'values[at] - hyper[0] * gradient[at]'),
  momentum: optimizer(
    'momentum',
    ['hyper[1] * slot0[at] + gradient[at]'],
    'values[at] - hyper[0] * select(new0, gradient[at] + hyper[1] * new0, hyper[2] == 1.0)',
  ),
  adam: optimizer(
    'adam',
    ['hyper[1] * slot0[at] + hyper[2] * gradient[at]', 'hyper[3] * slot1[at] + hyper[4] * gradient[at] * gradient[at]'],
    'values[at] - hyper[0] * (new0 / hyper[6]) / (sqrt(new1 / hyper[7]) + hyper[5])',
  ),
  rmsprop: optimizer(
    'rmsprop',
    [
      'hyper[1] * slot0[at] + hyper[2] * gradient[at] * gradient[at]',
      'hyper[3] * slot1[at] + hyper[0] * gradient[at] / sqrt(new0 + hyper[4])',
    ],
    'values[at] - new1',
  ),
};
