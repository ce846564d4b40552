import {selectSmallest} from '../../topology/select.ts';
import {checkCriterion} from '../checkCriterion.ts';
import {activeScores} from '../criterionScores.ts';
import type {Criterion, PruneRequest, Pruner} from '../types.ts';

/**
 * Drops the connections with the lowest scores of all layers together, as many as the layers were asked for: layers with large weights
 * lose fewer. Among equals the earlier layer loses its connection, then the lower slot. A layer may lose all.
 *
 * What is dropped each layer gets back, unless a `redistribution` says otherwise.
 *
 * @throws TypeError if the criterion has no scores of active connections
 * @throws RangeError from `pruneAll`, if a score is NaN
 * @see Dettmers & Zettlemoyer 2019, "Sparse Networks from Scratch", https://arxiv.org/abs/1907.04840, whose code approaches the number
 * by a threshold
 */
export function dropLowestOfAll(criterion: Criterion): Pruner {
  checkCriterion('dropLowestOfAll', criterion, 'active', 'Use magnitude(), or give it a method `active`.');
  const {needsGradient = false} = criterion;
  const name = `dropLowestOfAll(${criterion.name})`;
  const pruneAll = (requests: readonly PruneRequest[]) => {
    const structured = requests.find(({structure}) => structure);
    if (structured) {
      throw new TypeError(
        `dropLowestOfAll: request.structure must be left out, received ${structured.structure!.name}. Use dropLowest(), which goes by it.`,
      );
    }
    const scores = requests.map((request) => activeScores(name, criterion, request));
    const all = new Float32Array(scores.reduce((sum, {length}) => sum + length, 0));
    const begins: number[] = [];
    let end = 0;
    for (const each of scores) {
      begins.push(end);
      all.set(each, end);
      end += each.length;
    }
    const dropped = selectSmallest(
      all,
      requests.reduce((sum, {k}) => sum + k, 0),
    );
    return scores.map(({length}, i) =>
      dropped.filter((slot) => slot >= begins[i] && slot < begins[i] + length).map((slot) => slot - begins[i]),
    );
  };
  return {
    name,
    ...(needsGradient && {needsGradient}),
    pruneAll,
    prune: (request) => pruneAll([request])[0],
  };
}
