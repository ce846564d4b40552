import {describe, expect, it} from 'vitest';
import {magnitudeScores, selectGlobally} from '../../src/algorithms/criteria.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  density: number;
  total: number;
  num_keep: number;
  layers: {name: string; shape: number[]; weight: number[]; mask?: number[]; num_active?: number}[];
  num_active?: number;
  official_error?: string;
}

describeReference('global magnitude against the lottery tickets of ITOP', () => {
  describe.each(readReference<Case[]>('init-lottery'))('$name', (official) => {
    const {layers, num_keep: k} = official;
    const weights = layers.map(({shape, weight}) => new Float32Array(fromTorch(shape, weight)));
    const selected = selectGlobally(weights.map(magnitudeScores), k);
    const kept = layers.map(({shape, mask = []}) =>
      [...fromTorch(shape, mask).entries()].filter(([, bit]) => bit).map(([p]) => p),
    );

    it('keeps exactly floor(density · total)', () => {
      expect(k).toBe(Math.floor(official.density * official.total));
      expect(selected.reduce((total, {length}) => total + length, 0)).toBe(k);
    });

    if (official.official_error) {
      it('keeps nothing where nothing is asked for, which is an error in the official code', () => {
        expect(k).toBe(0);
        expect(selected.map(({length}) => length)).toEqual(layers.map(() => 0));
      });
    } else if (official.num_active === k) {
      it('keeps the same weights', () => {
        for (const [i, positions] of selected.entries()) expect([...positions]).toEqual(kept[i]);
      });
    } else {
      it('keeps k of the tied weights, all of which the official code keeps', () => {
        const cut = Math.min(...weights.flatMap((layer, i) => kept[i].map((position) => Math.abs(layer[position]))));
        for (const [i, positions] of selected.entries()) {
          const above = kept[i].filter((position) => Math.abs(weights[i][position]) > cut);
          expect([...positions]).toEqual(expect.arrayContaining(above));
          expect(kept[i]).toEqual(expect.arrayContaining([...positions]));
        }
        expect(official.num_active).toBeGreaterThan(k);
      });
    }
  });
});
