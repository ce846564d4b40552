import {checkKind, checkOptions} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import type {Random} from '../topology/random.ts';
import {mapScores} from './criteria.ts';
import type {Criterion} from './types.ts';

/** Options of {@link sampled}. */
export interface SampledOptions {
  /** What scores are raised to, at least 1: the larger, the likelier are the highest. @defaultValue 1 */
  readonly exponent?: number;
}

/**
 * The soft version of a criterion: it chooses a sample instead of the highest scores. Connections are drawn one after the other, without
 * replacement, each in proportion to its score; those with score 0 come last.
 *
 * `growHighest(sampled(criterion))` draws those that grow, `dropLowest(sampled(criterion))` those that stay. Scores are divided by
 * exponentially distributed numbers: from the highest quotient down, this is the order of such draws.
 *
 * @param criterion  with scores of at least 0
 * @throws TypeError if the criterion has no scores
 * @throws RangeError if `exponent` is below 1 or not finite
 * @example
 * growHighest(sampled(cannistraciHebb())); // CHTs
 * @see Zhang et al. 2025, "Brain network science modelling of sparse neural networks enables Transformers and LLMs to perform as fully
 * connected", https://arxiv.org/abs/2501.19107
 * @see Efraimidis & Spirakis 2006, "Weighted random sampling with a reservoir", Information Processing Letters 97 (5)
 */
export function sampled(criterion: Criterion, options: SampledOptions = {}): Criterion {
  const advice = 'Use cannistraciHebb(), gradient() or magnitude().';
  checkKind('sampled', 'criterion', 'an object', criterion, advice);
  checkOptions<SampledOptions>('sampled', options, {exponent: 1});
  const {name, needsGradient = false} = criterion;
  const {exponent = 1} = options;
  if (!criterion.active && !criterion.all) {
    throw new TypeError(
      `sampled: criterion must have scores of connections, received ${describeValue(criterion)}. ${advice}`,
    );
  }
  if (!(exponent >= 1 && Number.isFinite(exponent))) {
    throw new RangeError(
      `sampled: exponent must be finite and at least 1, received ${describeValue(exponent)}. Leave it out for 1.`,
    );
  }
  const rank = (score: number, random: Random) => score / (-Math.log(random())) ** (1 / exponent);
  return {
    name: exponent === 1 ? `sampled(${name})` : `sampled(${name}, ${exponent})`,
    ...(needsGradient && {needsGradient}),
    ...(criterion.active && {active: (layer) => criterion.active!(layer).map((score) => rank(score, layer.random))}),
    ...(criterion.all && {
      all: (request) => mapScores(criterion.all!(request), (score) => rank(score, request.random)),
    }),
  };
}
