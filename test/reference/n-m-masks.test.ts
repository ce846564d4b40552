import {expect, it} from 'vitest';
import {magnitudeScores} from '../../src/algorithms/criteria.ts';
import {nOfM} from '../../src/algorithms/structures/nOfM.ts';
import {sampleStructure} from '../../src/algorithms/structures/sampleStructure.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {describeReference, fromTorch, readReference, shapeFromTorch} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  n: number;
  m: number;
  weight: number[];
  mask?: number[];
  smallest_margin: number | null;
}

describeReference('N:M by magnitude against SR-STE', () => {
  const cases = readReference<Case[]>('n-m-masks').filter(({mask}) => mask);

  it.each(cases)('$name: the same connections', ({shape, n, m, weight, mask, name}) => {
    const scores = magnitudeScores(Float32Array.from(fromTorch(shape, weight)));
    const structure = nOfM(n, m);
    const topology = sampleStructure(structure, shapeFromTorch(shape), scores.length, seededRandom(1), scores);
    expect(structure.violation(topology)).toBeUndefined();
    expect(topology.nnz).toBe((scores.length * n) / m);
    // Among equal weights theirs takes any.
    if (name === 'ties-and-zeros') return;
    expect([...topology.mask()]).toEqual(fromTorch(shape, mask!));
  });
});
