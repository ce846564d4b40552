import {checkCriterion} from '../checkCriterion.ts';
import {selectGlobally} from '../criteria.ts';
import {activeScores} from '../criterionScores.ts';
import type {Criterion, Redistribution} from '../types.ts';

/**
 * Where the density falls, the connections with the lowest scores of the whole network go, whatever layer they are of; what an update
 * replaces, each layer gets back. Global magnitude pruning, and with growth by gradient GraNet.
 *
 * A layer may lose all its connections. Among equal scores the earlier layer keeps its connection, then the lower slot.
 *
 * @param criterion  one with scores of active connections; the pruner should go by the same
 * @throws TypeError if the criterion has none
 * @see Liu et al. 2021, "Sparse Training via Boosting Pruning Plasticity with Neuroregeneration", §4.2,
 * https://arxiv.org/abs/2106.10404
 */
export function byRank(criterion: Criterion): Redistribution {
  checkCriterion('byRank', criterion, 'active', 'Use magnitude().');
  const {needsGradient = false} = criterion;
  const name = `byRank(${criterion.name})`;
  return {
    name,
    ...(needsGradient && {needsGradient}),
    shrink: (layers, total) =>
      total === undefined
        ? layers.map(({topology}) => topology.nnz)
        : selectGlobally(
            layers.map((layer) => activeScores(name, criterion, layer)),
            total,
          ).map(({length}) => length),
  };
}
