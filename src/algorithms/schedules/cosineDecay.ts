import type {Schedule} from '../types.ts';
import {type DecayOptions, decay} from './decay.ts';

/**
 * Half a cosine wave down: slow at first, fast in the middle, slow at the end.
 *
 * floor + (initial − floor) · (1 + cos(π · (step − beginStep) / (endStep − beginStep))) / 2 between `beginStep` and
 * `endStep`, `initial` before and `floor` after (the official ITOP schedule would rise again). With the default floor
 * this is the official ITOP schedule, which ends at 0.005; `floor: 0` is RigL's. RigL's code does not subtract its
 * begin step in the cosine; its paper, which begins at 0, is followed here.
 *
 * @param initial  value at the begin, in [0, 1]
 * @param endStep  the optimizer step at which the floor is reached, above `beginStep`
 * @param options  `floor` is 0.005 unless given, or `initial` where that is less
 * @throws RangeError if a number is outside these bounds, `floor` above `initial` included
 * @see Dettmers & Zettlemoyer 2019, "Sparse Networks from Scratch"; Evci et al. 2020, "Rigging the Lottery", §3 (2)
 */
export function cosineDecay(
  initial: number,
  endStep: number,
  {floor = Math.min(0.005, initial), beginStep = 0, ...others}: DecayOptions = {},
): Schedule {
  return decay(
    'cosineDecay',
    initial,
    endStep,
    {floor, beginStep, ...others},
    (progress) => (1 + Math.cos(Math.PI * progress)) / 2,
  );
}
