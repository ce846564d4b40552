import {expect, it} from 'vitest';
import {selectGlobally, snipScores} from '../../src/algorithms/criteria.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  num_keep: number;
  layers: {name: string; shape: number[]; weight: number[]; grad: number[]; mask: number[]; num_active: number}[];
}

describeReference('SNIP against its published formula', () => {
  it.each(readReference<Case[]>('init-snip'))('$name: keeps the same weights', ({layers, num_keep}) => {
    const inLayout = (shape: number[], values: number[]) => new Float32Array(fromTorch(shape, values));
    const scores = layers.map(({shape, weight, grad}) => snipScores(inLayout(shape, weight), inLayout(shape, grad)));
    for (const [i, positions] of selectGlobally(scores, num_keep).entries()) {
      const mask = fromTorch(layers[i].shape, layers[i].mask);
      expect([...positions]).toEqual([...mask.keys()].filter((position) => mask[position] === 1));
      expect(positions.length).toBe(layers[i].num_active);
    }
  });
});
