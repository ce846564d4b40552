import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {gradient, magnitude} from '../../src/algorithms/criteria.ts';
import {growHighest} from '../../src/algorithms/growers/growHighest.ts';
import {dropLowest} from '../../src/algorithms/pruners/dropLowest.ts';
import {sampled} from '../../src/algorithms/sampled.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {anyTopology, denseGradient, growRequest, pruneRequest, someNumbers} from '../support/layer.ts';

const DRAWS = 10_000;

/** How often each outcome is drawn, as a share. */
function shares(draw: (random: () => number) => ArrayLike<number>): Map<string, number> {
  const random = seededRandom(1);
  const counts = new Map<string, number>();
  for (let i = 0; i < DRAWS; i++) {
    const outcome = Array.from(draw(random)).join();
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return new Map([...counts].map(([outcome, count]) => [outcome, count / DRAWS]));
}

/** Each share within five deviations of what it must be, and nothing else. */
function expectShares(drawn: Map<string, number>, expected: Readonly<Record<string, number>>): void {
  expect([...drawn.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [outcome, p] of Object.entries(expected)) {
    expect(Math.abs(drawn.get(outcome)! - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / DRAWS));
  }
}

describe('a sampled criterion', () => {
  // Position 1 is active; the others score 1, 2 and 5, and the last nothing.
  const topology = Topology.fromPositions([1, 5], Int32Array.of(1));
  const grow = (k: number, exponent?: number) => {
    const grower = growHighest(sampled(gradient(), exponent ? {exponent} : {}));
    return shares((random) =>
      grower.grow(growRequest(topology, k, {gradient: denseGradient([1, 99, -2, 5, 0]), random})),
    );
  };

  it('grows each position in proportion to its score', () => {
    expectShares(grow(1), {0: 1 / 8, 2: 2 / 8, 3: 5 / 8});
  });

  it('grows by a power of the scores', () => {
    expectShares(grow(1, 2), {0: 1 / 30, 2: 4 / 30, 3: 25 / 30});
  });

  it('draws one after the other without replacement, those with score 0 last', () => {
    // The first by its share of 8, the second by its share of what is left, in either order.
    const pair = (a: number, b: number) => ((a / 8) * b) / (8 - a) + ((b / 8) * a) / (8 - b);
    expectShares(grow(2), {'0,2': pair(1, 2), '0,3': pair(1, 5), '2,3': pair(2, 5)});
    expectShares(grow(3), {'0,2,3': 1});
    expectShares(grow(4), {'0,2,3,4': 1});
  });

  it('keeps connections in proportion to their score', () => {
    const pruner = dropLowest(sampled(magnitude()));
    const dropped = shares((random) => pruner.prune(pruneRequest([1, -2, 5], {k: 2, random})));
    expectShares(dropped, {'1,2': 1 / 8, '0,2': 2 / 8, '0,1': 5 / 8});
  });

  it('grows exactly as many as asked, distinct, never an active position', () => {
    fc.assert(
      fc.property(anyTopology, fc.nat(), fc.constantFrom(1, 3, 100), (topology, seed, exponent) => {
        const {size, nnz} = topology;
        const k = seed % (size - nnz + 1);
        const scores = someNumbers(size, seed);
        const request = () => growRequest(topology, k, {gradient: denseGradient(scores), random: seededRandom(seed)});
        const grower = growHighest(sampled(gradient(), {exponent}));
        const grown = [...grower.grow(request())];
        expect(grown).toHaveLength(k);
        expect(grown).toEqual([...new Set(grown)].sort((a, b) => a - b));
        const mask = topology.mask();
        expect(grown.every((position) => mask[position] === 0)).toBe(true);
        expect([...grower.grow(request())]).toEqual(grown);
        // Nothing with score 0 before all others.
        const positive = scores.filter((score, position) => score !== 0 && mask[position] === 0).length;
        expect(grown.filter((position) => scores[position] !== 0)).toHaveLength(Math.min(k, positive));
      }),
    );
  });

  it('has the scores and the needs of the one that it is made of', () => {
    expect(sampled(gradient())).toMatchObject({name: 'sampled(gradient)', needsGradient: true});
    expect(sampled(magnitude(), {exponent: 2}).name).toBe('sampled(magnitude, 2)');
    expect(() => growHighest(sampled(magnitude()))).toThrow('criterion must have scores of all positions');
  });

  it('says what it cannot do', () => {
    expect(() => sampled({name: 'none'})).toThrow('sampled: criterion must have scores of connections');
    expect(() => sampled(gradient(), {exponent: 0})).toThrow(
      'sampled: exponent must be finite and at least 1, received 0. Leave it out for 1.',
    );
  });
});
