import fc from 'fast-check';
import {describe, expect, test, vi} from 'vitest';
import {Candidates} from '../../../src/algorithms/growers/candidates.ts';
import {gradientGrowth} from '../../../src/algorithms/growers/gradientGrowth.ts';
import {growHighest} from '../../../src/algorithms/growers/growHighest.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {complement} from '../../../src/topology/sample.ts';
import {selectLargest} from '../../../src/topology/select.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {anyTopology, denseGradient, growRequest, someNumbers} from '../../support/layer.ts';

const grower = gradientGrowth();

/** The same at once: all inactive positions, one selection. */
function inOneGo(topology: Topology, gradient: Float32Array, k: number): number[] {
  const inactive = complement(topology.size, topology.positions());
  const scores = Float32Array.from(inactive, (position) => Math.abs(gradient[position]));
  return [...selectLargest(scores, k)].map((i) => inactive[i]);
}

describe('gradient growth', () => {
  test('grows the largest gradients among the inactive, by hand', () => {
    // |gradient|   9 1 3 2 3 0 8 3, active are 0 and 6. The three largest of the others: 3 at 2, 4 and 7.
    const topology = Topology.fromPositions([2, 4], [0, 6]);
    const gradient = denseGradient([9, 1, -3, 2, 3, 0, -8, 3]);
    expect([...grower.grow(growRequest(topology, 3, {gradient}))]).toEqual([2, 4, 7]);
    expect([...grower.grow(growRequest(topology, 2, {gradient}))]).toEqual([2, 4]);
    expect([...grower.grow(growRequest(topology, 5, {gradient}))]).toEqual([1, 2, 3, 4, 7]);
  });

  test('never grows an active position, even if every gradient is zero: the lowest inactive ones come', () => {
    const topology = Topology.fromPositions([2, 4], [0, 1, 3, 6]);
    const gradient = denseGradient([0, -0, 0, 0, -0, 0, 0, 0]);
    expect([...grower.grow(growRequest(topology, 3, {gradient}))]).toEqual([2, 4, 5]);
    const onlyActive = denseGradient([5, 5, 0, 5, 0, 0, 5, 0]);
    expect([...grower.grow(growRequest(topology, 4, {gradient: onlyActive}))]).toEqual([2, 4, 5, 7]);
  });

  test('equals one selection over all inactive positions', () => {
    fc.assert(
      fc.property(anyTopology, fc.double({min: 0, max: 1, noNaN: true}), fc.integer(), (topology, share, seed) => {
        const values = someNumbers(topology.size, seed);
        const k = Math.floor(share * (topology.size - topology.nnz));
        const grown = grower.grow(growRequest(topology, k, {gradient: denseGradient(values)}));
        expect([...grown]).toEqual(inOneGo(topology, values, k));
      }),
    );
  });

  const large = Topology.random([1024, 700], 100_000, seededRandom(1));
  const random = someNumbers(large.size, 2);
  const gradients: [string, Float32Array][] = [
    ['random, with many ties', random],
    ['rising, so that every candidate beats the earlier ones', random.map((_, i) => i)],
    ['falling, so that none does', random.map((_, i) => -large.size + i)],
    ['constant', random.map(() => -3)],
    ['zero but for a few, as of units that are dead', random.map((value, i) => (i % 50 === 0 ? value : 0))],
  ];
  test.each(gradients)('equals one selection over many blocks; gradients %s', (_, values) => {
    for (const k of [1, 1000, 300_000, large.size - large.nnz]) {
      const grown = grower.grow(growRequest(large, k, {gradient: denseGradient(values)}));
      // So many numbers are joined, since comparing them one by one takes seconds.
      expect(grown.join() === inOneGo(large, values, k).join()).toBe(true);
    }
  });

  test('any criterion: negative scores, infinities and both zeros, over many blocks and cuts', () => {
    const few = [-1e30, -2, -0, 0, 1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1e-40];
    const scores = random.map((_, i) => (i % 3 === 0 ? few[(i * 7919) % few.length] : -Math.abs(random[i])));
    const custom = growHighest({name: 'custom', all: () => denseGradient(scores)});
    const active = new Set(large.positions());
    const inactive = Array.from(scores, (_, position) => position).filter((position) => !active.has(position));
    const byScore = inactive.sort((a, b) => (scores[a] === scores[b] ? a - b : scores[a] < scores[b] ? 1 : -1));
    for (const k of [1, 1000, 60_000, 300_000, inactive.length]) {
      const best = Int32Array.from(byScore.slice(0, k)).sort();
      expect(custom.grow(growRequest(large, k)).join() === best.join()).toBe(true);
    }
  });

  test('selects among candidates a few times only where most gradients are equal', () => {
    const cut = vi.spyOn(Candidates.prototype as unknown as {cut(kept: Int32Array): void}, 'cut');
    const values = new Float32Array(large.size);
    grower.grow(growRequest(large, 1000, {gradient: denseGradient(values)}));
    expect(cut.mock.calls.length).toBeLessThanOrEqual(2);
    cut.mockRestore();
  });

  test('reads every position once, in blocks of at most 2^18', () => {
    const asked: [number, number][] = [];
    const gradient = {
      size: large.size,
      block(begin: number, end: number) {
        asked.push([begin, end]);
        return random.subarray(begin, end);
      },
    };
    grower.grow(growRequest(large, 10, {gradient}));
    expect(asked.map(([begin]) => begin)).toEqual([0, ...asked.slice(0, -1).map(([, end]) => end)]);
    expect(asked.at(-1)?.[1]).toBe(large.size);
    expect(asked.every(([begin, end]) => end - begin <= 2 ** 18)).toBe(true);
  });

  test('reads no gradient where nothing is to be grown', () => {
    const block = () => {
      throw new Error('read');
    };
    expect(grower.grow(growRequest(large, 0, {gradient: {size: large.size, block}})).length).toBe(0);
  });

  test('says what it needs and what it cannot do', () => {
    const topology = Topology.fromPositions([2, 3], [0, 4]);
    expect(grower.needsGradient).toBe('largest');
    expect(() => grower.grow(growRequest(topology, 1))).toThrow(
      'gradientGrowth: request.gradient must be the dense gradient, received undefined. ' +
        'Pass it, as for every grower with needsGradient.',
    );
    expect(() => grower.grow(growRequest(topology, 5, {gradient: denseGradient(new Float32Array(6))}))).toThrow(
      RangeError,
    );
  });
});
