import {checkOptions} from '../../topology/checkKind.ts';
import type {Schedule} from '../types.ts';
import {type DecayOptions, decay} from './decay.ts';

/** Options of {@link polynomialDecay}. */
export interface PolynomialDecayOptions extends DecayOptions {
  /** The exponent, positive: 1 is linear, above 1 falls fast at first. @defaultValue 3 */
  readonly power?: number;
}

/**
 * A power of the way still to go: floor + (initial − floor) · (1 − (step − beginStep) / (endStep − beginStep))^power
 * between `beginStep` and `endStep`, `initial` before and `floor` after.
 *
 * RigL's paper calls it inverse power and its code `exponential_<power>`; it is neither.
 *
 * @param initial  value at the begin, in [0, 1]
 * @param endStep  the optimizer step at which the floor is reached, above `beginStep`
 * @param options  `floor` is 0 unless given
 * @throws RangeError if a number is outside these bounds, `floor` above `initial` included
 * @see Evci et al. 2020, "Rigging the Lottery", appendix on update schedules, https://arxiv.org/abs/1911.11134
 */
export function polynomialDecay(initial: number, endStep: number, options: PolynomialDecayOptions = {}): Schedule {
  checkOptions<PolynomialDecayOptions>('polynomialDecay', options, {floor: 1, beginStep: 1, power: 1});
  const {floor = 0, beginStep = 0, power = 3} = options;
  if (!(power > 0 && Number.isFinite(power))) {
    throw new RangeError(
      `polynomialDecay: power must be finite and above 0, received ${power}. 1 is linear; for no decay use constant.`,
    );
  }
  return decay('polynomialDecay', initial, endStep, {floor, beginStep}, (progress) => (1 - progress) ** power);
}
