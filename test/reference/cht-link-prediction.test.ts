import {describe, expect, it} from 'vitest';
import {cannistraciHebb} from '../../src/algorithms/cannistraciHebb.ts';
import {growHighest} from '../../src/algorithms/growers/growHighest.ts';
import {sampled} from '../../src/algorithms/sampled.ts';
import {growRequest, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, positionsFromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  mask: number[];
  score: {'CH3-L3': number[]};
  num_grow: number;
  num_positive?: number;
  certain?: number[];
  tied?: number[];
}

describeReference('Cannistraci-Hebb growth against its authors', () => {
  describe.each(readReference<Case[]>('cht-link-prediction'))('$name', (each) => {
    const topology = topologyFromTorch(each.shape, each.mask);
    const official = fromTorch(each.shape, each.score['CH3-L3']);

    it('the same scores of all empty places, read whole or in blocks', () => {
      const {all} = cannistraciHebb();
      for (const length of [topology.size, 5]) {
        const scores = all!(growRequest(topology, 1));
        const mask = topology.mask();
        for (let begin = 0; begin < topology.size; begin += length) {
          const end = Math.min(begin + length, topology.size);
          scores.block(begin, end).forEach((score, i) => {
            if (mask[begin + i] === 0) expect(score).toBeCloseTo(official[begin + i], 5);
          });
        }
      }
    });

    it('the best of them grow, exactly as many as asked: among equal scores theirs grows all', () => {
      const grown = growHighest(cannistraciHebb()).grow(growRequest(topology, each.num_grow));
      expect(grown.length).toBe(each.num_grow);
      if (!each.certain) {
        expect([...grown].filter((position) => official[position] > 0).length).toBe(each.num_positive);
        return;
      }
      const torch = positionsFromTorch(each.shape);
      const places = [...grown].map((position) => torch[position]);
      expect(places).toEqual(expect.arrayContaining(each.certain));
      expect(places.every((place) => each.certain!.includes(place) || each.tied!.includes(place))).toBe(true);
    });

    it('a sample of them grows, exactly as many as asked, those with a path first', () => {
      const mask = topology.mask();
      const positive = official.filter((score) => score > 0).length;
      const grown = growHighest(sampled(cannistraciHebb())).grow(growRequest(topology, each.num_grow));
      expect(new Set(grown).size).toBe(each.num_grow);
      expect(grown.every((position) => mask[position] === 0)).toBe(true);
      expect(grown.filter((position) => official[position] > 0)).toHaveLength(Math.min(positive, each.num_grow));
    });
  });
});
