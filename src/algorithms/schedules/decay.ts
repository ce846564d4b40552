import {checkNames} from '../../topology/checkKind.ts';
import {describeValue} from '../../topology/describeValue.ts';
import type {Schedule} from '../types.ts';

/** Options shared by the schedules that fall from one value to another. */
export interface DecayOptions {
  /** Value at the end and after it, in [0, initial]. */
  readonly floor?: number;
  /** The optimizer step at which the decay begins; before it the value is the initial one. @defaultValue 0 */
  readonly beginStep?: number;
}

/**
 * What the decays share: `initial` up to `beginStep`, `floor` from `endStep` on, a curve between.
 *
 * @param where  the function that the user called, for messages
 * @param curve  the share of the way still to go, at a progress strictly between 0 and 1; falls from 1 to 0
 */
export function decay(
  where: string,
  initial: number,
  endStep: number,
  options: Required<DecayOptions>,
  curve: (progress: number) => number,
): Schedule {
  checkNames<DecayOptions>(where, options, {floor: 1, beginStep: 1});
  const {floor, beginStep} = options;
  if (!(Number.isFinite(initial) && initial >= 0 && initial <= 1)) {
    throw new RangeError(
      `${where}: initial must be in [0, 1], received ${describeValue(initial)}. For 50 % write 0.5.`,
    );
  }
  if (!(Number.isFinite(floor) && floor >= 0 && floor <= initial)) {
    throw new RangeError(
      `${where}: floor must be in [0, ${initial}], received ${describeValue(floor)}. ` +
        'The schedule falls from its initial value to the floor.',
    );
  }
  if (!(beginStep >= 0 && Number.isFinite(beginStep))) {
    throw new RangeError(
      `${where}: beginStep must be a finite number of at least 0, received ${describeValue(beginStep)}. Count optimizer steps from 0.`,
    );
  }
  if (!(endStep > beginStep && Number.isFinite(endStep))) {
    throw new RangeError(
      `${where}: endStep must be finite and above beginStep ${beginStep}, received ${describeValue(endStep)}. ` +
        'Give the optimizer step at which the decay ends, for instance epochs · batches per epoch.',
    );
  }
  return (step) => {
    if (step <= beginStep) return initial;
    if (step >= endStep) return floor;
    return floor + (initial - floor) * curve((step - beginStep) / (endStep - beginStep));
  };
}
