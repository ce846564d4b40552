import {describe, expect, it} from 'vitest';
import {growHighest} from '../../src/algorithms/growers/growHighest.ts';
import {dropLowest} from '../../src/algorithms/pruners/dropLowest.ts';
import {dropLowestOfAll} from '../../src/algorithms/pruners/dropLowestOfAll.ts';
import {byMean} from '../../src/algorithms/redistribution/byMean.ts';
import {byRank} from '../../src/algorithms/redistribution/byRank.ts';
import {sampled} from '../../src/algorithms/sampled.ts';
import {nOfM} from '../../src/algorithms/structures/nOfM.ts';
import {sampleStructure} from '../../src/algorithms/structures/sampleStructure.ts';
import type {Criterion} from '../../src/algorithms/types.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {growRequest, pruneRequest} from '../support/layer.ts';

/** Scores 1, NaN, 2, NaN, with NaN of both signs: their bits rank above all numbers, and below. */
const odd = (): Criterion => {
  const scores = () => new Float32Array(Int32Array.of(0x3f800000, 0x7fc00000, 0x40000000, -0x400000).buffer);
  return {name: 'odd', active: scores, all: () => ({size: 4, block: (begin, end) => scores().subarray(begin, end)})};
};

describe('a score that is NaN is refused, and the criterion named, by', () => {
  const layer = pruneRequest([1, 2, 3, 4], {k: 2});
  const structure = nOfM(2, 4);
  const column = {topology: Topology.dense([4, 1]), structure};
  const grow = (active: number[], request = {}) =>
    growHighest(odd()).grow(growRequest(Topology.fromPositions([4, 1], active), 1, request));
  const slot = 'scores must be numbers, received NaN at slot 1 of layer "layer".';
  const position = 'scores must be numbers, received NaN at position';
  it.each<[string, () => unknown, string]>([
    ['dropLowest', () => dropLowest(odd()).prune(layer), `dropLowest(odd): ${slot}`],
    ['dropLowest with a structure', () => dropLowest(odd()).prune({...layer, ...column}), `dropLowest(odd): ${slot}`],
    ['dropLowestOfAll', () => dropLowestOfAll(odd()).pruneAll!([layer]), `dropLowestOfAll(odd): ${slot}`],
    ['a sample', () => dropLowest(sampled(odd())).prune(layer), `dropLowest(sampled(odd)): ${slot}`],
    ['byRank', () => byRank(odd()).shrink!([layer], 2, 0), `byRank(odd): ${slot}`],
    ['byMean', () => byMean(odd()).grow!([layer], [2]), `byMean(odd): ${slot}`],
    ['growHighest', () => grow([0]), `growHighest(odd): ${position} 1.`],
    ['growHighest behind an active one', () => grow([1]), `growHighest(odd): ${position} 3.`],
    ['growHighest with a structure', () => grow([1], {structure}), `growHighest(odd): ${position} 3.`],
    [
      'sampleStructure',
      () => sampleStructure(structure, [4, 1], 2, seededRandom(1), odd().active!(layer)),
      `sampleStructure: ${position} 1.`,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('nothing, where active positions alone have it: nobody looks at those', () => {
    expect([...grow([1, 3])]).toEqual([2]);
  });
});
