import {sum} from '../../topology/sum.ts';
import {checkCriterion} from '../checkCriterion.ts';
import {activeScores} from '../criterionScores.ts';
import type {Criterion, Redistribution} from '../types.ts';

/**
 * Connections go where they are worth most: each layer grows in proportion to the mean score of its active connections before the
 * drop. With `byMean(gradient())` and the signal `gradientMomentum()` this is sparse momentum.
 *
 * @param criterion  one with scores of active connections
 * @throws TypeError if the criterion has none
 * @see Dettmers & Zettlemoyer 2019, "Sparse Networks from Scratch", §3, https://arxiv.org/abs/1907.04840
 */
export function byMean(criterion: Criterion): Redistribution {
  checkCriterion('byMean', criterion, 'active', 'Use gradient() or magnitude().');
  const {needsGradient = false} = criterion;
  const name = `byMean(${criterion.name})`;
  return {
    name,
    ...(needsGradient && {needsGradient}),
    grow: (layers) =>
      layers.map((layer) => {
        const scores = activeScores(name, criterion, layer);
        return sum(scores) / Math.max(1, scores.length);
      }),
  };
}
