import {checkKind} from '../../topology/checkKind.ts';
import {sizeOf} from '../../topology/positions.ts';
import type {Random} from '../../topology/random.ts';
import {complement} from '../../topology/sample.ts';
import {Topology} from '../../topology/topology.ts';
import {checkStrategy} from '../checkStrategy.ts';
import {checkRanked} from '../criterionScores.ts';
import type {Structure} from '../types.ts';
import {countInside} from './countInside.ts';

/**
 * A random topology with a structure and as many connections as it allows, at most `nnz`.
 *
 * @param scores  take the best instead of any: a score for each position. @defaultValue random numbers
 * @throws RangeError if the shape does not fit the structure, it allows none of so few connections, or a score is NaN
 */
export function sampleStructure(
  structure: Structure,
  shape: readonly number[],
  nnz: number,
  random: Random,
  scores?: Float32Array,
): Topology {
  const where = 'sampleStructure';
  checkStrategy(where, 'structure', structure, 'nOfM(2, 4)', 'select');
  checkKind(where, 'shape', 'a list of positive integers', shape, 'Pass the shape of the kernel, as [784, 300].');
  checkKind(where, 'nnz', 'a number', nnz, 'Pass the number of connections.');
  checkKind(where, 'random', 'a function', random, 'Pass seededRandom(seed).');
  if (scores) checkRanked(where, scores);
  const candidates = complement(sizeOf(shape), new Int32Array(0));
  const k = countInside(structure, shape, nnz);
  return Topology.fromPositions(
    shape,
    structure.select({
      shape,
      candidates,
      scores: scores ?? Float32Array.from({length: sizeOf(shape)}, random),
      k,
      fixed: new Int32Array(0),
      total: k,
    }),
  );
}
